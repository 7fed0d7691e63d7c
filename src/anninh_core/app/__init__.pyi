from anninh_core.app.app import App as App
from anninh_core.app.collector_settings import CollectorSettings as CollectorSettings
from anninh_core.app.factory import open_app as open_app
from anninh_core.app.injected_ports import Parts as Parts
from anninh_core.app.settings import FILE_NAME as FILE_NAME
from anninh_core.app.settings import MessengerSettings as MessengerSettings
from anninh_core.app.settings import Settings as Settings
from anninh_core.app.settings import load_settings as load_settings
