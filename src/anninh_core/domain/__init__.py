"""The domain modules: one package per subject. Domain modules never import each other."""
