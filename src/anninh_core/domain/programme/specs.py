"""By what duties, activities, difficulties, heads and plans are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

DUTY_SPEC = IndexSpec(
    kind="duty",
    columns={"what": str, "source": str, "year": int, "state": str, "last_day": str, "next_urge": str},
    orders={"due": ("last_day",), "urge": ("next_urge",)},
)

TRAINING_SPEC = IndexSpec(kind="training", columns={"day": str}, orders={"newest": ("-day",)})

INSPECTION_SPEC = IndexSpec(kind="inspection", columns={"day": str, "open": bool}, orders={"newest": ("-day",)})

CAMPAIGN_SPEC = IndexSpec(
    kind="campaign", columns={"start": str, "open": bool}, multi=("partner",), orders={"newest": ("-start",)}
)

DIFFICULTY_SPEC = IndexSpec(kind="difficulty", columns={"state": str, "raised": str}, orders={"oldest": ("raised",)})

HEAD_SPEC = IndexSpec(kind="head", columns={}, orders={"id": ()})

OWN_PLAN_SPEC = IndexSpec(kind="own_plan", columns={"day": str}, orders={"newest": ("-day",)})
