# %% [markdown] tags=["en"]
# # Lesson 0 · Start here
#
# You click on a cat, and a second later you know which pixels are hers. This lesson makes sure that everything works on
# your machine, and gives you a first look at what the rest of the course takes apart.
#
# ## What you will learn
#
# - to check your installation, and to mend it if something is missing;
# - to segment an object with one click, by hand and by code;
# - what a mask is: an array that you can count, cut with and save;
# - how two networks share the work: one draws outlines, the other knows names.
#
# About {minutes} minutes. You need: a little Python, and NumPy enough to know what `array.shape` is.

# %% [markdown] tags=["es"]
# # Lección 0 · Empieza aquí
#
# Haces clic en un gato y, un segundo después, sabes cuáles de los píxeles son suyos. En esta lección compruebas que
# todo funciona en tu máquina y ves por primera vez lo que el resto del curso desmonta pieza a pieza.
#
# ## Qué vas a aprender
#
# - a revisar tu instalación y a arreglarla si falta algo;
# - a segmentar un objeto con un clic, a mano y con código;
# - qué es una máscara: un arreglo que se puede contar, recortar y guardar;
# - cómo se reparten el trabajo dos redes: una traza contornos, la otra sabe nombres.
#
# Unos {minutes} minutos. Necesitas: un poco de Python, y de NumPy lo justo para saber qué es `array.shape`.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
from segwidgets import ClickSegmenter, load_image, segment_semantic
from segwidgets.course import check, draw, progress, quiz, show, start

start(0, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · Is everything there?
#
# `doctor` looks at what the lessons need: packages, memory, a place to write, and the *weights*, the numbers that the two
# networks learned in training. Where something is missing, an arrow says how to mend it. Being offline is no problem once
# the weights are here.

# %% [markdown] tags=["es"]
# ## 1 · ¿Está todo?
#
# `doctor` revisa lo que necesitan las lecciones: los paquetes, la memoria, un sitio donde escribir y los *pesos*, es
# decir, los números que las dos redes aprendieron al entrenarse. Si falta algo, una flecha dice cómo arreglarlo. No
# tener conexión no importa una vez que los pesos están aquí.

# %% tags=["nbval-ignore-output"] reason="what is installed, and where, differs from machine to machine"
from segwidgets.doctor import doctor, report

print(report(doctor(network=False)))

# %% [markdown] tags=["en"]
# ## 2 · The photo
#
# This is Chelsea. She travels with scikit-image, so nothing has to be downloaded.

# %% [markdown] tags=["es"]
# ## 2 · La foto
#
# Esta es Chelsea. Viene dentro de scikit-image, así que no hay que descargar nada.

# %%
photo = load_image("cat")
show(photo, titles=L("Chelsea, by Stéfan van der Walt (CC0)", "Chelsea, de Stéfan van der Walt (CC0)"))
print(photo.shape, photo.dtype)

# %% [markdown] tags=["en", "alt"]
# A tabby cat's face fills most of the photo, looking to the right; behind her the room is blurred.

# %% [markdown] tags=["es", "alt"]
# La cara de una gata atigrada ocupa casi toda la foto y mira hacia la derecha; detrás, la habitación se ve borrosa.

# %% [markdown] tags=["en"]
# To the computer she is a block of numbers: 300 rows, 451 columns and 3 numbers for each pixel (how much red, green and
# blue), whole numbers from 0 to 255. That is what `uint8` says: *unsigned integer, 8 bits*.

# %% [markdown] tags=["es"]
# Para la máquina es un bloque de números: 300 filas, 451 columnas y 3 números por píxel (cuánto rojo, verde y azul),
# enteros de 0 a 255. Eso es lo que dice `uint8`: *entero sin signo, de 8 bits*.

# %% [markdown] tags=["en"]
# ## 3 · The first click
#
# **Predict.** Suppose you click on the bridge of Chelsea's nose and say nothing else. What will be marked: the nose, the
# face, or the whole cat? Decide before you go on.
#
# **Click.** Run the cell, then click on the photo. The line `add_point(250, 170)` is the same click made by code, so that
# this notebook runs even when nobody holds the mouse. Click wherever you like; *Undo* takes it back. What is small is
# easier to hit when you zoom in: Ctrl (⌘ on a Mac) and the wheel, two fingers, or the keys `+` and `-`; `0` shows the
# whole photo again.

# %% [markdown] tags=["es"]
# ## 3 · El primer clic
#
# **Predice.** Imagina que haces clic en el puente de la nariz de Chelsea y no dices nada más. ¿Qué quedará marcado: la
# nariz, la cara o la gata entera? Decídelo antes de seguir.
#
# **Haz clic.** Ejecuta la celda y luego haz clic en la foto. La línea `add_point(250, 170)` es ese mismo clic hecho con
# código, para que el cuaderno funcione también cuando nadie tiene el ratón. Prueba donde quieras; *Deshacer* lo anula. Lo
# pequeño se acierta mejor cuando se ve grande: Ctrl (⌘ en un Mac) y la rueda, dos dedos o las teclas `+` y `-` amplían, y
# `0` muestra otra vez toda la foto.

# %%
clicks = ClickSegmenter(photo, lang=L("en", "es"))
clicks.add_point(250, 170)
clicks

# %% [markdown] tags=["en", "alt", "cover"]
# The cat with one green click on the bridge of her nose; a blue mask covers the
# whole cat and ends at her outline, but for a small tongue below the chin.

# %% [markdown] tags=["es", "alt", "cover"]
# La gata con un clic verde en el puente de la nariz; una máscara azul cubre la gata
# entera y termina en su contorno, salvo una lengüeta bajo la barbilla.

# %% [markdown] tags=["en"]
# **Measure.** `clicks.mask` is the answer as an array. Let us look at it as it is.

# %% [markdown] tags=["es"]
# **Mide.** `clicks.mask` es la respuesta en forma de arreglo. Veámosla tal cual.

# %%
mask = clicks.mask
print(mask.shape, mask.dtype)
print(mask.sum(), L("pixels,", "píxeles,"), f"{mask.mean():.1%}", L("of the photo", "de la foto"))

# %% [markdown] tags=["en"]
# **Explain.** The mask is as high and as wide as the photo, with one truth value for each pixel: `True` on the cat,
# `False` elsewhere. So its sum is the number of cat pixels, and its mean is the share of the photo that is cat: three
# quarters. The network that drew it is called *Segment Anything*, SAM for short. Nobody told it what a cat is: it was
# trained on more than a billion masks without names, and learned where *things* end. (The small SAM that runs here
# learned from the large one.)

# %% [markdown] tags=["es"]
# **Explica.** La máscara es tan alta y tan ancha como la foto, con un valor de verdad por píxel: `True` en la gata,
# `False` en lo demás. Por eso su suma es el número de píxeles de gata, y su media es la parte de la foto que es gata: tres
# cuartos. La red que la dibujó se llama *Segment Anything*, o SAM. Nadie le dijo qué es un gato: se entrenó con más de mil
# millones de máscaras sin nombre y aprendió dónde acaban las *cosas*. (El SAM pequeño que se ejecuta aquí aprendió del
# grande.)

# %%
cut = photo.copy()
cut[~mask] = 255
show(mask, cut, titles=[L("The mask, bare", "La máscara, tal cual"), L("What it cuts out", "Lo que recorta")])

# %% [markdown] tags=["en", "alt"]
# Left: the mask in black and white, a white silhouette of the cat's head. Right: the cat cut out on white.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, la máscara en blanco y negro: la silueta de la cabeza. A la derecha, la gata recortada sobre blanco.

# %% [markdown] tags=["en"]
# `cut[~mask] = 255` paints white wherever the mask is `False`. Cutting out an object takes no more than that: masks are
# ordinary arrays, and NumPy is all you need to work with them. Look below her chin: a little tongue of cushion came
# along. One click is seldom perfect, and in lesson 2 you will mend this with a second one.

# %% [markdown] tags=["es"]
# `cut[~mask] = 255` pinta de blanco donde la máscara vale `False`. Recortar un objeto no es más que eso: las máscaras son
# arreglos normales y con NumPy basta para trabajar con ellas. Fíjate debajo de la barbilla: se coló una lengüeta de cojín.
# Un solo clic rara vez es perfecto; en la lección 2 lo arreglarás con otro.

# %% [markdown] tags=["en"]
# ## 4 · And what is it?
#
# SAM draws the outline but has no word for what is inside. *DeepLab*, the other network of this course, works the other
# way round: it knows 20 kinds of things, and gives every pixel one of their names or calls it background.
#
# **Predict.** Will DeepLab find more cat than SAM, less, or the same?

# %% [markdown] tags=["es"]
# ## 4 · ¿Y qué es?
#
# SAM traza el contorno, pero no tiene una palabra para lo que hay dentro. *DeepLab*, la otra red del curso, trabaja al
# revés: conoce 20 tipos de cosas, y a cada píxel le da uno de esos nombres o lo llama fondo.
#
# **Predice.** ¿DeepLab encontrará más gata que SAM, menos o lo mismo?

# %%
semantic = segment_semantic(photo)
named = semantic.mask("cat")
titles = [f"SAM: {mask.mean():.1%}", f"DeepLab: {named.mean():.1%}"]
show(draw(photo, mask), draw(photo, named), titles=titles)
for name, share in semantic.area_share.items():
    print(f"{name:<12}{share:.1%}")

# %% [markdown] tags=["en", "alt"]
# The cat twice. SAM's mask follows her outline; DeepLab's is larger and
# bulges out to the right of her muzzle.

# %% [markdown] tags=["es", "alt"]
# La gata dos veces. La máscara de SAM sigue su contorno; la de DeepLab es mayor y se
# abomba a la derecha del hocico.

# %% [markdown] tags=["en"]
# **Explain.** DeepLab says "cat" and is right, but its outline is rounder, and to the right of the muzzle it takes in what
# is not cat: it decides on a coarse grid, one cell for 8 × 8 pixels of its input, and blows the result up. SAM's edge is finer and nameless. Lesson 4
# puts the two together: SAM's edges with DeepLab's names.

# %% [markdown] tags=["es"]
# **Explica.** DeepLab dice «gato» y acierta, pero su contorno es más redondo y a la derecha del hocico abarca lo que no es
# gata: decide sobre una cuadrícula gruesa, una casilla por cada 8 × 8 píxeles de su entrada, y luego la agranda. El borde de SAM es más fino y
# no tiene nombre. La lección 4 une los dos: los bordes de SAM con los nombres de DeepLab.

# %% [markdown] tags=["en"]
# ## Recap
#
# - An image is an array (height, width, 3); a mask is an array (height, width) of `True` and `False`.
# - `mask.sum()` counts pixels, `mask.mean()` is the share of the photo, `photo[mask]` are the object's pixels.
# - A point is (x, y) in pixels: x to the right, y **down**, from the top left corner.
# - SAM outlines whatever you point at, without a name. DeepLab names what it knows, with a coarser outline.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Una imagen es un arreglo (alto, ancho, 3); una máscara es un arreglo (alto, ancho) de `True` y `False`.
# - `mask.sum()` cuenta píxeles, `mask.mean()` es la parte de la foto y `photo[mask]` son los píxeles del objeto.
# - Un punto es (x, y) en píxeles: x hacia la derecha, y hacia **abajo**, desde la esquina superior izquierda.
# - SAM traza el contorno de lo que señales, sin nombre. DeepLab nombra lo que conoce, con un contorno más grueso.

# %% [markdown] tags=["en"]
# ## Exercises
#
# Put your answer in place of the three dots and run the cell. You may try as often as you like; nobody counts.
#
# ### 0.1 · Point at it
#
# Below is the astronaut Eileen Collins (photo: NASA). Her black helmet lies at the lower right. Give a point (x, y) on
# the helmet. Any point on it will do.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# Pon tu respuesta en lugar de los tres puntos y ejecuta la celda. Puedes probar cuantas veces quieras; nadie las cuenta.
#
# ### 0.1 · Señálalo
#
# Abajo está la astronauta Eileen Collins (foto: NASA). Su casco negro está abajo a la derecha. Da un punto (x, y) que
# caiga en el casco. Vale cualquiera.

# %%
astronaut = load_image("astronaut")
show(astronaut, width=512, titles=L("512 pixels wide, 512 high", "512 píxeles de ancho, 512 de alto"))

# %% [markdown] tags=["en", "alt"]
# A smiling astronaut in an orange suit before a flag and a model of the space shuttle; a black helmet at the lower right.

# %% [markdown] tags=["es", "alt"]
# Una astronauta sonriente con traje naranja ante una bandera y una maqueta del transbordador; abajo a la derecha, un
# casco negro.

# %% tags=["solution"]
on_helmet = (400, 450)
check("0.1", on_helmet)

# %% [markdown] tags=["en"]
# ### 0.2 · Count
#
# How many pixels does Chelsea's photo have? Let Python count: a number typed in is right only for this photo.

# %% [markdown] tags=["es"]
# ### 0.2 · Cuenta
#
# ¿Cuántos píxeles tiene la foto de Chelsea? Deja que los cuente Python: un número escrito a mano solo vale para esta foto.

# %% tags=["solution"]
pixels = photo.shape[0] * photo.shape[1]
check("0.2", pixels)

# %% [markdown] tags=["en"]
# ### 0.3 · Cut out a rocket
#
# The sample `"rocket"` shows a Falcon 9 on its launch pad. Make a mask of the rocket, without the pad and the towers:
# click in the widget and hand in its `.mask`, or do it by code with `add_point`. The rocket is thin: zoom in on it first.

# %% [markdown] tags=["es"]
# ### 0.3 · Recorta un cohete
#
# La muestra `"rocket"` es un Falcon 9 en su plataforma de lanzamiento. Haz una máscara del cohete, sin la plataforma ni las
# torres: haz clic en el widget y entrega su `.mask`, o hazlo con código usando `add_point`. El cohete es delgado: amplíalo
# primero.

# %%
rocket = ClickSegmenter("rocket", lang=L("en", "es"))
rocket

# %% [markdown] tags=["en", "alt"]
# A white rocket stands lit at dusk between dark lattice towers.

# %% [markdown] tags=["es", "alt"]
# Un cohete blanco, iluminado al anochecer, entre torres oscuras de celosía.

# %% tags=["solution"]
rocket.add_point(322, 200)
rocket_mask = rocket.mask
check("0.3", rocket_mask)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions before you go on. Each answer explains itself.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas antes de seguir. Cada respuesta trae su explicación.

# %%
quiz(0)

# %% [markdown] tags=["en"]
# What is right is kept in a small file beside this notebook, so you can go on tomorrow.

# %% [markdown] tags=["es"]
# Lo que está bien se guarda en un pequeño archivo junto a este cuaderno, así que puedes seguir mañana.

# %%
progress(0)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - A. Kirillov and others, *Segment Anything* (2023): [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - C. Zhang and others, *Faster Segment Anything: Towards Lightweight SAM for Mobile Applications* (2023), the small SAM
#   that runs here: [arXiv:2306.14289](https://arxiv.org/abs/2306.14289).
# - L.-C. Chen and others, *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017), DeepLab's third
#   version: [arXiv:1706.05587](https://arxiv.org/abs/1706.05587).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - A. Kirillov y otros, *Segment Anything* (2023): [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - C. Zhang y otros, *Faster Segment Anything: Towards Lightweight SAM for Mobile Applications* (2023), el SAM pequeño que
#   se ejecuta aquí: [arXiv:2306.14289](https://arxiv.org/abs/2306.14289).
# - L.-C. Chen y otros, *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017), la tercera versión de
#   DeepLab: [arXiv:1706.05587](https://arxiv.org/abs/1706.05587).
