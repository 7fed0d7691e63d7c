from anninh_core.demo.corpus import load_corpus as load_corpus
