from anninh_core.cleaning.isolation import clean_file as clean_file
