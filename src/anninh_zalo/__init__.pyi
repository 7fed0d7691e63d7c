from anninh_zalo.webhook.signature import signature_fits as signature_fits
from anninh_zalo.webhook.translate import parse_event as parse_event
