from anninh_core.profile.loader import list_shipped_bases as list_shipped_bases
from anninh_core.profile.loader import list_shipped_profiles as list_shipped_profiles
from anninh_core.profile.loader import load_profile as load_profile
from anninh_core.profile.routing_file import load_routing as load_routing
