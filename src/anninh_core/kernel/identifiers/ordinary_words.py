"""Pairs of syllables that often end a name and are also ordinary words: alone they identify no one."""

_PAIRS = """
an bình|an khang|an lành|an ninh|an sinh|an tâm|an toàn|bảo an|bảo vệ|bình an|bình yên|công an|công bằng|công dân
công lý|công minh|công nghệ|công tâm|cao cường|chiến sĩ|chiến thắng|chính trực|chính trị|dân chủ|dân quân|dân quyền
dũng cảm|đại dương|đại hải|đạo đức|đoàn kết|đoàn viên|đồng tâm|đông dương|đông phương|đức độ|gia bảo|gia đình
giang sơn|hà giang|hà nam|hà nội|hải dương|hải đăng|hải phòng|hải quan|hải quân|hạnh phúc|hiền hậu|hiền hòa
hiếu thảo|hòa bình|hòa giải|hoàng hôn|hoàng long|hội an|hùng cường|hùng vương|huy hoàng|khánh hòa|khiêm tốn
kiên trì|kiên cường|kim ngân|lai châu|lâm đồng|lễ hội|long an|mai châu|minh bạch|minh châu|nam bình|nam định
nam thành|nghĩa vụ|ngọc trai|nhân ái|nhân dân|nhân hậu|nhân nghĩa|nhật bản|ninh an|ninh bình|ninh giang|ninh hải
ninh hòa|ninh khang|ninh mỹ|ninh nhất|ninh phong|ninh sơn|ninh thắng|ninh tiến|ninh vân|ninh xuân|phúc lợi
phúc sơn|phương đông|quang minh|quang vinh|quân đội|quân nhân|quảng nam|quảng ninh|quốc dân|quốc gia|quốc hội
quốc huy|quốc khánh|quốc phòng|quyền lợi|sơn hải|sơn la|sức khỏe|tài năng|tài sản|tam điệp|tân thành|tấn công
tây hồ|thái bình|thái nguyên|thanh bình|thanh hóa|thanh liêm|thanh niên|thanh tra|thành công|thành đạt|thành lập
thành phố|thành tâm|thắng lợi|thiên nhiên|thiên tai|thiện nguyện|thịnh vượng|thống nhất|thủy điện|tiền phong
tiến bộ|tín nghĩa|tình thương|tràng an|trung đoàn|trung kiên|trung thành|trung thu|trung thực|trung tín
trung ương|trường an|trường học|trường sơn|trường yên|tư pháp|văn hiến|văn hóa|văn minh|văn nghệ|văn phòng
vân giang|vận hành|việt nam|vinh dự|vinh quang|xã hội|xuân hòa|xuân trường|yên bái|yên bình|yên khánh|yên mô
"""

ORDINARY_PAIRS = frozenset(pair for line in _PAIRS.split("\n") for pair in line.split("|") if pair)
"""Lower case, NFC, tone marks as `place_tones` places them; a name that ends so is matched by its last three words
only.
"""
