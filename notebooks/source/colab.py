import sys

if "google.colab" in sys.modules:
    import subprocess
    from importlib.metadata import version

    print(L("Installing segwidgets; numpy and torch stay ...", "Instalando segwidgets; numpy y torch se quedan ..."))
    package = "segwidgets"
    kept = [f"{name}=={version(name)}" for name in ("numpy", "torch", "torchvision")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", package, *kept]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    from segwidgets.colab import prepare

    prepare(lang=L("en", "es"))
else:
    print(L("This is not Colab: nothing to install.", "Esto no es Colab: no hay nada que instalar."))
