"""Install an archive as Krita does: install.py ARCHIVE RESOURCE_FOLDER, by Krita's own importer."""

import builtins
import importlib.util
import sys

IMPORTER = "/usr/share/krita/pykrita/plugin_importer/plugin_importer.py"

builtins.i18n = lambda text: text  # Krita 5.3 and later lend it to their plug-ins
spec = importlib.util.spec_from_file_location("plugin_importer", IMPORTER)
importer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(importer)
archive, folder = sys.argv[1:]
imported = importer.PluginImporter(archive, folder, lambda _plugin: True).import_all()
print([plugin["name"] for plugin in imported])
