from anninh_core.profile.loader import load_profile as load_profile
from anninh_core.profile.loader import shipped_bases as shipped_bases
from anninh_core.profile.loader import shipped_profiles as shipped_profiles
from anninh_core.profile.routing_file import load_routing as load_routing
