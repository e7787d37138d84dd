import sys

if "google.colab" in sys.modules:
    import subprocess
    from importlib.metadata import distributions

    print(L("Installing segwidgets; all but the widgets of Colab stays ...", "Instalando segwidgets; todo menos los widgets de Colab se queda ..."))
    package = "segwidgets"
    there = [one for one in distributions() if one.name and "widgets" not in one.name]
    kept = {f"{one.name}=={one.version}" for one in there}
    with open("colab_kept.txt", "w") as file:
        file.write("\n".join(kept))
    wanted = ["--quiet", "--constraint", file.name, package]
    pip = [sys.executable, "-m", "pip", "install", *wanted]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    from segwidgets.colab import prepare

    prepare(lang=L("en", "es"), before=kept)
else:
    print(L("This is not Colab: nothing to install.", "Esto no es Colab: no hay nada que instalar."))
