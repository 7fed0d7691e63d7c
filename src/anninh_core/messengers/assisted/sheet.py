"""The task sheet: a self-contained HTML page, for a screen or for printing."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from anninh_core.kernel.dates import short_date
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.messengers.assisted.tasks import Task
from anninh_core.messengers.assisted.wording import Wording
from anninh_core.vocabulary.messages import Attachment, Place

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;color:#111}
article{border:1px solid #999;border-radius:6px;padding:1rem;margin:1rem 0;break-inside:avoid}
h2{font-size:1.1rem;margin:0 0 .5rem}
pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;background:#f3f3f3;padding:.75rem;margin:0 0 .5rem}
img{display:block;max-width:100%;max-height:20rem;margin:.5rem 0}
.done{opacity:.6}.small{color:#555;font-size:.85rem}
button{font:inherit;padding:.4rem 1rem}
label{display:block;margin-top:.5rem}input[type=text]{font:inherit;width:70%;border:0;border-bottom:1px solid #555}
@media print{body{margin:0;max-width:none}button{display:none}pre{background:none;border:1px solid #999}}
"""
_SCRIPT = """
document.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  const text = button.parentElement.querySelector("pre");
  const done = () => { button.textContent = button.dataset.copied; };
  const byHand = () => {
    getSelection().selectAllChildren(text);
    if (document.execCommand("copy")) done();
  };
  if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, byHand); else byHand();
});
"""
_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


ReadBlob = Callable[[str], bytes | None]


def render_sheet(day: date, tasks: Sequence[Task], wording: Wording, read_blob: ReadBlob) -> str:
    """Render the task sheet of a day: each task is a card; each picture or file is embedded only once.

    Args:
        day: day in Vietnam.
        tasks: tasks in the order of the cards.
        wording: texts of the page that aren't part of a task.
        read_blob: reads an attachment's bytes by digest, or returns None if they are missing.
    """
    title = escape(f"{wording.title} {short_date(day)}")
    shown_blobs: set[str] = set()
    cards = [_render_card(task, wording, read_blob, shown_blobs) for task in tasks]
    return drop_hidden(f"""<!doctype html>
<html lang="{escape(wording.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p>{escape(wording.intro)}</p>
{"".join(cards) or f"<p>{escape(wording.nothing)}</p>"}
<script>{_SCRIPT}</script>
</body>
</html>
""")


def _render_card(task: Task, wording: Wording, read_blob: ReadBlob, shown_blobs: set[str]) -> str:
    recipient_label = wording.group if task.place is Place.GROUP else wording.person
    reply_note = f'<p class="small">{escape(wording.answers)} {escape(task.reply_to)}</p>' if task.reply_to else ""
    return f"""<article class="{"open" if task.confirmation is None else "done"}">
<h2>{escape(recipient_label)}: {escape(task.title)}</h2>
{reply_note}<pre>{escape(task.text)}</pre>
<button type="button" data-copied="{escape(wording.copied)}">{escape(wording.copy)}</button>
{_render_attachments(task.attachments, wording, read_blob, shown_blobs)}{_render_confirmation(task, wording)}
<p class="small">{escape(wording.task)} {escape(task.key)}</p>
</article>
"""


def _render_confirmation(task: Task, wording: Wording) -> str:
    if task.confirmation is None:
        return (
            f'<label><input type="checkbox"> {escape(wording.posted)}</label>'
            f'<label>{escape(wording.link)}: <input type="text"></label>'
        )
    confirmed_by = escape(f"{wording.confirmed} {task.confirmation.by}")
    return f"<p>{confirmed_by} {_render_link(task.confirmation.link)}</p>"


def _render_attachments(
    attachments: Sequence[Attachment], wording: Wording, read_blob: ReadBlob, shown_blobs: set[str]
) -> str:
    if not attachments:
        return ""
    parts = [_render_attachment(attachment, wording, read_blob, shown_blobs) for attachment in attachments]
    return f'<p class="small">{escape(wording.attachments)}:</p>{"".join(parts)}'


def _render_attachment(attachment: Attachment, wording: Wording, read_blob: ReadBlob, shown_blobs: set[str]) -> str:
    name = escape(attachment.name or attachment.kind)
    if attachment.latitude is not None and attachment.longitude is not None:
        return f"<p>{name}: {attachment.latitude:.6f}, {attachment.longitude:.6f}</p>"
    if not attachment.blob:
        return f"<p>{name}: {_render_link(attachment.url)}</p>"
    if attachment.blob in shown_blobs:
        return f'<p><a href="#b-{attachment.blob}">{name}</a> ({escape(wording.above)})</p>'
    data = read_blob(attachment.blob)
    if data is None:
        return f"<p>{name}</p>"
    shown_blobs.add(attachment.blob)
    return _embed_blob(attachment.blob, name, data)


def _embed_blob(digest: str, name: str, data: bytes) -> str:
    kind = next((kind for start, kind in _PICTURES.items() if data.startswith(start)), "application/octet-stream")
    source = f"data:{kind};base64,{b64encode(data).decode()}"
    picture = f'<img src="{source}" alt="{name}">' if kind.startswith("image/") else ""
    return f'<p id="b-{digest}">{picture}<a href="{source}" download="{name}">{name}</a></p>'


def _render_link(url: str) -> str:
    """Return an HTML link for a web address, or the escaped text of anything else."""
    if url.startswith(("https://", "http://")):
        return f'<a href="{escape(url)}" rel="noreferrer">{escape(url)}</a>'
    return escape(url)
