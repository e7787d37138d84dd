import sys

if "google.colab" in sys.modules:
    import subprocess
    from importlib.metadata import distributions
    from tempfile import NamedTemporaryFile

    print(L("Installing segwidgets; what Colab brings stays as it is ...", "Instalando segwidgets; lo que trae Colab se queda como está ..."))
    package = "segwidgets"
    there = [one for one in distributions() if one.name]
    there.reverse()  # of two with one name the first counts || de dos con un mismo nombre cuenta el primero
    kept = {one.name: f"{one.name}=={one.version}" for one in there}.values()
    with NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("\n".join(kept))
    pip = [sys.executable, "-m", "pip", "install", "-c", file.name, package]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr)
    from segwidgets.colab import prepare

    prepare(lang=L("en", "es"), before=kept)
else:
    print(L("This is not Colab: nothing to install.", "Esto no es Colab: no hay nada que instalar."))
