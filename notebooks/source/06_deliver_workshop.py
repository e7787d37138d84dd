# %% [markdown] tags=["en"]
# # Lesson 6 · The film and the folder
#
# The masks are measured and mended; now others should see them. You will squeeze six pictures into a small GIF, learn what
# that costs, and fill a folder that a program checks before a teacher does.
#
# ## What you will learn
#
# - how a GIF stores pictures: a palette, a number for each pixel, and only what changes;
# - what dithering does, and why one number calls it worse and another better;
# - to write the workshop folder with one call, and to read what the check says of it;
# - to write a reflection that says something.
#
# About {minutes} minutes. You need: lessons 0, 2 and 5, and to have seen a file opened in Python.

# %% [markdown] tags=["es"]
# # Lección 6 · La película y la carpeta
#
# Las máscaras están medidas y reparadas; ahora toca que las vean los demás. Vas a meter seis imágenes en un GIF pequeño, a
# descubrir lo que eso cuesta y a llenar una carpeta que un programa revisa antes que tu profesor.
#
# ## Qué vas a aprender
#
# - cómo guarda un GIF las imágenes: una paleta, un número por píxel y solo lo que cambia;
# - qué hace el tramado, y por qué según un número empeora y según otro mejora;
# - a escribir la carpeta del taller con una sola llamada y a leer lo que dice la revisión;
# - a escribir una reflexión que diga algo.
#
# Unos {minutes} minutos. Necesitas: las lecciones 0, 2 y 5, y haber visto abrir un archivo en Python.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import io
import shutil
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from IPython.display import HTML
from PIL import Image

from segwidgets import Prompt, Segmenter, load_image
from segwidgets.course import check, draw, progress, quiz, show, start
from segwidgets.delivery import LAYOUTS
from segwidgets.delivery_check import check_workshop
from segwidgets.gif import write_gif
from segwidgets.workshop import make_workshop

start(6, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · A story in six pictures
#
# An animation is a list of pictures of one size. Ours tells how Chelsea was cut out: the photo, the click, SAM's three
# masks, the cut-out.

# %% [markdown] tags=["es"]
# ## 1 · Una historia en seis imágenes
#
# Una animación es una lista de imágenes del mismo tamaño. La nuestra cuenta cómo se recortó a Chelsea: la foto, el clic,
# las tres máscaras de SAM y el recorte.

# %%
photo = load_image("cat")
prompt = Prompt([(250, 170)])
candidates = Segmenter(photo).predict(prompt).choose(1)
cut = photo.copy()
cut[~candidates.best_mask] = 255

# %%
masks = [draw(photo, mask, prompt) for mask in candidates.masks]
frames = [photo, draw(photo, prompt=prompt), *masks, cut]
titles = L(
    ["0 Photo", "1 Click", "2 A part", "3 The cat", "4 Too much", "5 Cut out"],
    ["0 Foto", "1 Clic", "2 Una parte", "3 La gata", "4 De más", "5 Recorte"],
)
show(*frames, titles=titles, columns=3, width=640)
print(len(frames), L("pictures", "imágenes"), frames[0].shape)
print(f"{sum(frame.nbytes for frame in frames) / 1e6:.1f} MB")

# %% [markdown] tags=["en", "alt"]
# Six pictures of the cat: bare, with a click on her nose, with three masks (a ragged part of her, all of her, her and much of the
# background), and cut out on white.

# %% [markdown] tags=["es", "alt"]
# Seis imágenes de la gata: sola, con un clic en la nariz, con tres máscaras (una parte irregular, toda ella, ella y buena parte
# del fondo) y recortada sobre blanco.

# %% [markdown] tags=["en"]
# As arrays they take 2.4 MB, and the workshop allows 1.5 MB for the whole animation.
#
# **Predict.** How small will the GIF be: a half, a tenth, a hundredth of it? Write your guess down; you will measure it in
# section 4.
#
# ## 2 · A photo in 256 colours
#
# A GIF (1987) has a *palette*: a list of at most 256 colours. Each pixel is then one number, its place in the list, instead of
# three. How many colours does the photo have to give up?

# %% [markdown] tags=["es"]
# En forma de arreglos ocupan 2,4 MB, y el taller permite 1,5 MB para toda la animación.
#
# **Predice.** ¿Cuánto ocupará el GIF: la mitad, un décimo, un centésimo? Apunta tu apuesta; la medirás en la sección 4.
#
# ## 2 · Una foto en 256 colores
#
# Un GIF (1987) tiene una *paleta*: una lista de 256 colores como mucho. Así cada píxel es un solo número, su puesto en la
# lista, en vez de tres. ¿A cuántos colores tiene que renunciar la foto?

# %%
colors = np.unique(photo.reshape(-1, 3), axis=0)
print(len(colors), L("different colours", "colores distintos"))

# %% [markdown] tags=["en"]
# Pillow chooses a palette with `quantize(n)`, and paints a picture with one by `quantize(palette=…)`: every pixel gets the
# palette's nearest colour.
#
# **Predict.** With how many colours will you no longer see a difference: 8, 32 or 256?

# %% [markdown] tags=["es"]
# Pillow elige una paleta con `quantize(n)` y pinta una imagen con ella mediante `quantize(palette=…)`: cada píxel recibe el
# color más cercano de la paleta.
#
# **Predice.** ¿Con cuántos colores dejarás de ver la diferencia: 8, 32 o 256?

# %%
NEAREST, DITHERED = Image.Dither.NONE, Image.Dither.FLOYDSTEINBERG


def paint(image, n_colors, dither=NEAREST):
    picture = Image.fromarray(image)
    return picture.quantize(palette=picture.quantize(n_colors), dither=dither)


def rgb(picture):
    return np.asarray(picture.convert("RGB"))


# %% [markdown] tags=["en"]
# `paint` makes the palette and paints with it; `rgb` turns the result back into an array, so that it can be compared with the
# photo.

# %% [markdown] tags=["es"]
# `paint` elige la paleta y pinta con ella; `rgb` convierte el resultado otra vez en arreglo, para poder compararlo con la
# foto.

# %%
few = {n: rgb(paint(photo, n)) for n in (8, 32, 256)}
errors = {n: np.abs(few[n].astype(int) - photo).mean() for n in few}
titles = [L(f"{n} colours: off by {errors[n]:.1f}", f"{n} colores: yerra {errors[n]:.1f}") for n in few]
show(*few.values(), titles=titles)
print({n: round(float(error), 1) for n, error in errors.items()})

# %% [markdown] tags=["en", "alt"]
# The cat with 8, 32 and 256 colours: with 8 her fur falls into patches and her green eye turns brown, with 256 she looks as
# in the photo.

# %% [markdown] tags=["es", "alt"]
# La gata con 8, 32 y 256 colores: con 8 el pelaje se rompe en manchas y el ojo verde se vuelve pardo; con 256 se ve como en
# la foto.

# %% [markdown] tags=["en"]
# **Explain.** The error is the mean difference in a channel, on the scale from 0 to 255. With 256 colours it is 2.5, one per
# cent; yet 32 thousand colours went down to 256. That works because the photo's colours crowd together: browns, greys and
# little else.
#
# ## 3 · Dithering: worse, and better
#
# *Dithering* mixes: where the palette has no colour in between, it sets pixels of two colours side by side, as newspapers
# do with dots. Floyd and Steinberg's way (1976) passes the error of each pixel on to its neighbours.
#
# **Predict.** With the same 8 colours, which picture is closer to the photo, the plain or the dithered one?

# %% [markdown] tags=["es"]
# **Explica.** El error es la diferencia media por canal, en la escala de 0 a 255. Con 256 colores es 2,5, un uno por ciento,
# y eso que de 32 mil colores quedaron 256. Funciona porque los colores de la foto están apiñados: pardos, grises y poco
# más.
#
# ## 3 · El tramado: peor y mejor
#
# El *tramado* (*dithering*) mezcla: donde la paleta no tiene un color intermedio, pone juntos píxeles de dos colores, como
# los puntos de un periódico. El método de Floyd y Steinberg (1976) reparte el error de cada píxel entre sus vecinos.
#
# **Predice.** Con los mismos 8 colores, ¿qué imagen se parece más a la foto, la normal o la tramada?

# %%
plain, dithered = rgb(paint(photo, 8)), rgb(paint(photo, 8, DITHERED))
eye = np.s_[98:148, 130:205]
whole = [photo, plain, dithered]
titles = L(["The photo", "Plain: flat", "Dithered: shaded"], ["La foto", "Normal: lisa", "Tramada: con matices"])
show(*whole, *[image[eye] for image in whole], titles=titles * 2, columns=3, width=720)
for picture in (plain, dithered):
    print(f"{np.abs(picture.astype(int) - photo).mean():.1f}")

# %% [markdown] tags=["en", "alt"]
# The cat and, beneath, her eye enlarged: in the photo, in flat patches of 8 colours, and in the same 8 colours as a pattern
# of dots whose shading follows the photo.

# %% [markdown] tags=["es", "alt"]
# La gata y, debajo, su ojo ampliado: en la foto, en manchas lisas de 8 colores y en los mismos 8 colores como un punteado
# cuyas sombras siguen las de la foto.

# %% [markdown] tags=["en"]
# **Measure.** Pixel by pixel the dithered one is *farther* from the photo: 10.1 against 8.3. But nobody looks pixel by pixel.
# From afar the eye blurs, so let us blur all three before comparing.

# %% [markdown] tags=["es"]
# **Mide.** Píxel a píxel, la tramada está *más lejos* de la foto: 10,1 frente a 8,3. Pero nadie mira píxel a píxel. De
# lejos el ojo desenfoca, así que desenfoquemos las tres antes de comparar.

# %%
def from_afar(image):
    return cv2.GaussianBlur(image, (0, 0), 3).astype(int)


for picture in (plain, dithered):
    print(f"{np.abs(from_afar(picture) - from_afar(photo)).mean():.1f}")

# %% [markdown] tags=["en"]
# **Explain.** Now the order is reversed: 5.0 against 5.6. Both numbers are right; they answer different questions. You met the
# same in lesson 5, where area and boundary disagreed about one mask. Before you trust a number, ask what it is a number *of*.
#
# ## 4 · Only what changes
#
# A GIF need not store what stays the same from one picture to the next, and what it stores is packed (by LZW, which
# gives what repeats a short code). So a good animation *keeps still*. In pictures 0 and 5 the cat is the same: 74 % of the
# pixels do not change at all. Let us see whether that is still so after painting, in three ways:

# %% [markdown] tags=["es"]
# **Explica.** Ahora el orden se invierte: 5,0 frente a 5,6. Los dos números son correctos; responden a preguntas distintas. Te
# pasó lo mismo en la lección 5, cuando el área y el borde discrepaban sobre una máscara. Antes de fiarte de un número,
# pregunta *de qué* es.
#
# ## 4 · Solo lo que cambia
#
# Un GIF no tiene que guardar lo que no cambia de una imagen a la siguiente, y lo que guarda lo comprime (con LZW, que
# da un código corto a lo que se repite). Por eso una buena animación *se queda quieta*. En las imágenes 0 y 5 la gata es la
# misma: el 74 % de los píxeles no cambia nada. Veamos si siguen sin cambiar después de pintarlos de tres maneras:

# %%
def paint_alike(frames, n_colors, dither=NEAREST):
    palette = Image.fromarray(np.vstack(frames)).quantize(n_colors)
    pictures = [Image.fromarray(frame) for frame in frames]
    return [picture.quantize(palette=palette, dither=dither) for picture in pictures]


ways = {
    L("own palettes", "paletas propias"): [paint(frame, 255) for frame in frames],
    L("one palette, dithered", "una paleta, tramada"): paint_alike(frames, 255, DITHERED),
    L("one palette, plain", "una paleta, sin tramar"): paint_alike(frames, 255),
}

# %% [markdown] tags=["en"]
# **Predict.** Which way gives the smallest file, and in which will the fur flicker?

# %% [markdown] tags=["es"]
# **Predice.** ¿Con cuál saldrá el archivo más pequeño y en cuál parpadeará el pelaje?

# %%
def as_gif(pictures):
    buffer, rest = io.BytesIO(), pictures[1:]
    options = {"append_images": rest, "duration": 1500, "loop": 0, "optimize": False}
    pictures[0].save(buffer, "GIF", save_all=True, **options)
    return buffer.getvalue()


still = (photo == cut).all(axis=2)
print(f"{still.mean():.0%}", L("of the pixels are the same in 0 and 5", "de los píxeles son iguales en 0 y 5"))
for way, pictures in ways.items():
    flicker = (rgb(pictures[0]) != rgb(pictures[-1])).any(axis=2)[still].mean()
    print(f"{way:<24}{len(as_gif(pictures)) / 1000:5.0f} kB {flicker:7.0%}")

# %% [markdown] tags=["en"]
# **Measure.** The last column is the share of those still pixels that change colour all the same. With a palette for each picture
# nearly all of them do; you would see the fur shimmer.
#
# **Explain.** Two palettes hardly share a colour, so even what stands still gets new ones. With one palette for all, dithering
# still carries errors from what changed into what did not. One palette and nearest colours: nothing flickers, and the file is a
# third smaller than with own palettes. `write_gif` does it so too, with a palette that packs better still (an *octree* of
# colours). And if the file is too large, it gives up colours first, then pixels:

# %% [markdown] tags=["es"]
# **Mide.** La última columna es la parte de esos píxeles quietos que aun así cambia de color. Con una paleta por imagen
# cambian casi todos; verías temblar el pelaje.
#
# **Explica.** Dos paletas apenas comparten colores, así que hasta lo que está quieto recibe otros nuevos. Con una paleta para
# todas, el tramado aún arrastra errores desde lo que cambió hasta lo que no. Una paleta y el color más cercano: nada parpadea
# y el archivo ocupa un tercio menos que con paletas propias. Así lo hace también `write_gif`, con una paleta que se comprime
# aún mejor (un *octree* de colores). Y si el archivo es demasiado grande, renuncia primero a colores y después a píxeles:

# %%
temporary = TemporaryDirectory()
place = Path(temporary.name)
durations = [1200, 1400, 1500, 1500, 1500, 2500]
for limit in (1_500_000, 300_000, 150_000, 100_000):
    info = write_gif(frames, place / f"{limit}.gif", durations, max_bytes=limit)
    print(f"<= {limit // 1000:4} kB: {info.size_bytes / 1000:4.0f} kB, ", end="")
    print(f"{info.width} x {info.height}, {info.colors}", L("colours", "colores"))

# %% [markdown] tags=["en"]
# There is the answer to the question of section 1: about an eighth of 2.4 MB, at full size. Here is the one of at most 150 kB. A notebook holds it
# as text, in base64, which makes three bytes into four letters.

# %% [markdown] tags=["es"]
# Ahí tienes la respuesta a la pregunta de la sección 1: más o menos un octavo de los 2,4 MB, a tamaño completo. Este es el de 150 kB como
# mucho. Un cuaderno lo guarda como texto, en base64, que convierte tres bytes en cuatro letras.

# %% tags=["nbval-ignore-output"] reason="the next cell compares the animation, picture by picture"
data = b64encode((place / "150000.gif").read_bytes()).decode()
alt = L("The six pictures of section 1, one after the other", "Las seis imágenes de la sección 1, una tras otra")
HTML(f'<img alt="{alt}" src="data:image/gif;base64,{data}">')

# %% [markdown] tags=["en"]
# A GIF can be read back like a book, page by page. For each picture: how long it is shown, and how much of it differs from
# the first.

# %% [markdown] tags=["es"]
# Un GIF se puede leer como un libro, página a página. De cada imagen: cuánto dura y qué parte difiere de la primera.

# %%
with Image.open(place / "1500000.gif") as gif:
    first = rgb(gif)
    for number in range(gif.n_frames):
        gif.seek(number)
        changed = (rgb(gif) != first).any(axis=2).mean()
        print(f"{number}: {gif.info['duration']} ms, {changed:.0%}")

# %% [markdown] tags=["en"]
# Look at the column of shares: it tells the story once more. The click changes next to nothing, the three masks ever more, and the
# cut-out only the background, a quarter of the photo.
#
# ## 5 · The folder
#
# `make_workshop` does all of it at once: photo, masks, coloured pictures, DeepLab's classes, animation, numbers, report. The
# folder appears whole or not at all, and one that is there is never overwritten unasked.

# %% [markdown] tags=["es"]
# Fíjate en la columna de porcentajes: cuenta la historia otra vez. El clic no cambia casi nada, las tres máscaras cada vez más
# y el recorte solo el fondo, un cuarto de la foto.
#
# ## 5 · La carpeta
#
# `make_workshop` lo hace todo de una vez: foto, máscaras, imágenes en color, clases de DeepLab, animación, números e informe.
# La carpeta aparece entera o no aparece, y una que ya existe nunca se sobrescribe sin pedirlo.

# %%
folder = place / L("workshop", "taller")
workshop = make_workshop("cat", prompt, out=folder, lang=L("en", "es"))
for path in sorted(folder.rglob("*")):
    if path.is_file():
        print(path.relative_to(folder).as_posix())

# %% [markdown] tags=["en"]
# Before a teacher opens it, a program can: `check_workshop` returns one finding for each item, with a status: `ok`, `missing`
# (not there, or not what it should be) or `todo`, which only you can do. In a terminal it is `segwidgets check FOLDER`.
#
# **Predict.** The folder is fresh from the machine. Is anything left to do?

# %% [markdown] tags=["es"]
# Antes de que la abra un profesor puede abrirla un programa: `check_workshop` devuelve un hallazgo por elemento, con un
# estado: `ok`, `missing` (no está, o no es lo que debería) o `todo`, lo que solo puedes hacer tú. En una terminal es
# `segwidgets check CARPETA`.
#
# **Predice.** La carpeta acaba de salir de la máquina. ¿Queda algo por hacer?

# %%
def report(folder):
    for finding in check_workshop(folder):
        words = "" if finding.status == "ok" else finding.message
        print(f"{finding.status:<8}{finding.item}  {words}".rstrip())


report(folder)

# %% [markdown] tags=["en"]
# ## 6 · Break it on purpose
#
# A check that always says `ok` is worth nothing. To know what one protects you from, break things. We copy the folder and
# make three mistakes that are easily made: a mask saved with 0 and 1, a GIF with a single picture, a heading that got lost.
#
# **Predict.** What will the check say to each? And what does a mask of 0 and 1 look like when you open it?

# %% [markdown] tags=["es"]
# ## 6 · Rómpela a propósito
#
# Una revisión que siempre dice `ok` no vale nada. Para saber de qué te protege, rompe cosas. Copiamos la carpeta y
# cometemos tres errores fáciles de cometer: una máscara guardada con 0 y 1, un GIF de una sola imagen y un título
# perdido.
#
# **Predice.** ¿Qué dirá la revisión de cada uno? ¿Y qué aspecto tiene una máscara de 0 y 1 cuando la abres?

# %%
layout = LAYOUTS[L("en", "es")]
broken = Path(shutil.copytree(folder, place / L("broken", "rota")))
Image.fromarray(candidates.masks[1].astype("uint8")).save(broken / layout.mask(1))
Image.fromarray(photo).save(broken / layout.gif)
readme = broken / layout.readme
text = readme.read_text("utf-8").replace(L("## Prompts\n", "## Indicaciones usadas (prompts)\n"), "")
readme.write_text(text, "utf-8")
report(broken)

# %% [markdown] tags=["en"]
# **Explain.** Three faults, three findings, and each says what was expected. The 0-and-1 mask is the one to remember: all its
# numbers are right for Python, but in a picture 1 out of 255 is black, and whoever opens it believes that SAM found nothing. The
# GIF was still named `.gif` and opened without complaint; only counting its frames gives it away. You will mend this
# folder in exercise 6.4.
#
# ## 7 · The reflection
#
# One item is left, `todo`, and no program can do it for you. The check only counts words (from 20 on it says "written"); what
# makes a reflection worth reading is that it could be *wrong*. Compare:
#
# > It was very interesting and I learned a lot about segmentation.
#
# That fits any workshop about anything. Now one with this workshop's numbers, which you have seen or can look up in `README.md`:

# %% [markdown] tags=["es"]
# **Explica.** Tres fallos, tres hallazgos, y cada uno dice qué se esperaba. Quédate con el de la máscara de 0 y 1: para
# Python todos sus números son correctos, pero en una imagen un 1 de 255 es negro, y quien la abra creerá que SAM no encontró
# nada. El GIF seguía llamándose `.gif` y se abría sin quejas; solo lo delata contar sus imágenes. Repararás esta carpeta
# en el ejercicio 6.4.
#
# ## 7 · La reflexión
#
# Queda un elemento, `todo`, y ningún programa puede hacerlo por ti. La revisión solo cuenta palabras (desde 20 dice
# «escrita»); lo que hace que una reflexión merezca leerse es que podría ser *falsa*. Compara:
#
# > Fue muy interesante y aprendí mucho sobre segmentación.
#
# Eso vale para cualquier taller sobre cualquier cosa. Ahora una con los números de este taller, que has visto o puedes
# buscar en `README.md`:

# %%
reflection = L(
    """\
I expected one click on the nose to give the face. Mask 1 is the whole cat, 74 % of
the photo. Mask 2 leaks: 23 % of it is background, yet SAM predicts an IoU of 0.92
for it, so I would not choose a mask by that number alone. Next I would add a
background point on the right.""",
    """\
Esperaba que un clic en la nariz diera la cara. La máscara 1 es la gata entera, el
74 % de la foto. La 2 tiene fugas: el 23 % es fondo y aun así SAM le predice un IoU
de 0,92, así que no elegiría una máscara solo por ese número. Después añadiría un
punto de fondo a la derecha.""",
)
print(workshop.diagnoses[2].title)
print(f"{candidates.area_share[1]:.0%} {candidates.predicted_iou[2]:.2f}")

# %% [markdown] tags=["en"]
# What was expected, what came, the numbers, what follows, what next: a few sentences, and each can be checked. It goes into
# `README.md`, in place of the line in italics under *Reflection*.

# %% [markdown] tags=["es"]
# Qué se esperaba, qué salió, los números, qué se concluye y qué vendría después: pocas frases, y cada una se puede comprobar.
# Va en `README.md`, en lugar de las líneas en cursiva bajo *Reflexión*.

# %%
readme, title = folder / layout.readme, L("## Reflection\n", "## Reflexión\n")
before, after = readme.read_text("utf-8").split(title)
rest = after[after.index("\n## ") :]
readme.write_text(f"{before}{title}\n{reflection}\n{rest}", "utf-8")
print([finding.item for finding in check_workshop(folder) if finding.status != "ok"])

# %% [markdown] tags=["en"]
# An empty list: nothing is missing, nothing left to do. This folder can be handed in.
#
# ## Recap
#
# - A GIF has at most 256 colours and stores one number for each pixel: first the palette, then the pictures.
# - Dithering is worse pixel by pixel and better from afar; in an animation it costs bytes and makes what stands still
#   flicker.
# - One palette for all pictures and nearest colours keep an animation still, and therefore small.
# - A mask file holds 0 and 255 in one channel, at the photo's size, as PNG.
# - A check is worth what it catches: break the folder once and read what it says.

# %% [markdown] tags=["es"]
# Una lista vacía: no falta nada ni queda nada por hacer. Esta carpeta se puede entregar.
#
# ## Resumen
#
# - Un GIF tiene 256 colores como mucho y guarda un número por píxel: primero la paleta, luego las imágenes.
# - El tramado es peor píxel a píxel y mejor de lejos; en una animación cuesta bytes y hace parpadear lo que está quieto.
# - Una paleta para todas las imágenes y el color más cercano mantienen quieta la animación, y por eso pequeña.
# - Un archivo de máscara contiene 0 y 255 en un canal, del tamaño de la foto, en PNG.
# - Una revisión vale lo que detecta: rompe la carpeta una vez y lee lo que dice.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 6.1 · There and back
#
# Write a function that takes a list of frames and returns a list that plays forwards and then backwards. It will run as a
# loop, so no frame may come twice in a row, not even where the end meets the beginning.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 6.1 · Ida y vuelta
#
# Escribe una función que reciba una lista de imágenes y devuelva otra que las reproduzca hacia delante y luego hacia atrás.
# Se repetirá en bucle, así que ninguna imagen puede salir dos veces seguidas, tampoco donde el final se une al principio.

# %% tags=["solution"]
def there_and_back(frames):
    return frames + frames[-2:0:-1]


check("6.1", there_and_back)

# %% [markdown] tags=["en"]
# ### 6.2 · Black and white again
#
# A classmate saved a mask as JPEG. Now its edge is smooth and there are dozens of greys in it. Write a function that takes
# such a picture (H, W), `uint8`, and returns one with only 0 and 255 in it, `uint8` again, with the edge where it was.

# %% [markdown] tags=["es"]
# ### 6.2 · Otra vez en blanco y negro
#
# Alguien de tu clase guardó una máscara como JPEG. Ahora el borde está suavizado y hay decenas de grises. Escribe una función
# que reciba una imagen así (H, W), `uint8`, y devuelva otra que solo contenga 0 y 255, también `uint8`, con el borde donde
# estaba.

# %% tags=["solution"]
def black_and_white(picture):
    return np.where(picture > 127, 255, 0).astype(np.uint8)


check("6.2", black_and_white)

# %% [markdown] tags=["en"]
# ### 6.3 · A small film
#
# Make a GIF of at most 100 kB that is at least 240 pixels wide, has five different frames or more and plays for ever. Hand
# in its path. `write_gif(…, max_bytes=100_000)` alone makes ours 235 pixels wide: you need an idea. What can go? Which
# frames are worth their bytes? `paint_alike` and `as_gif` are still there, and `cv2.resize(frame, (width, height))` too.

# %% [markdown] tags=["es"]
# ### 6.3 · Una película pequeña
#
# Haz un GIF de 100 kB como mucho y de 240 píxeles de ancho o más, con al menos cinco imágenes distintas y que se repita
# sin fin. Entrega su ruta. `write_gif(…, max_bytes=100_000)` por sí solo deja el nuestro en 235 píxeles: hace falta una idea. ¿De
# qué se puede prescindir? ¿Qué imágenes valen lo que ocupan? Siguen ahí `paint_alike` y `as_gif`, y también
# `cv2.resize(frame, (width, height))`.

# %% tags=["solution"]
small = [cv2.resize(frame, (256, 170)) for frame in frames]
small_gif = place / "small.gif"
small_gif.write_bytes(as_gif(paint_alike(small, 64)))
check("6.3", small_gif)

# %% [markdown] tags=["en"]
# ### 6.4 · Mend the folder
#
# Mend the folder `broken` from section 6 until nothing is missing in it (the reflection may stay `todo`), and hand in its path.
# Copying the sound files over from `folder` is allowed, but you learn more by mending each fault.

# %% [markdown] tags=["es"]
# ### 6.4 · Repara la carpeta
#
# Repara la carpeta `broken` de la sección 6 hasta que no le falte nada (la reflexión puede quedarse en `todo`) y entrega su
# ruta. Vale copiar los archivos sanos desde `folder`, pero aprenderás más arreglando cada fallo.

# %% tags=["solution"]
black = np.asarray(Image.open(broken / layout.mask(1)))
Image.fromarray(black * 255).save(broken / layout.mask(1))
write_gif(frames, broken / layout.gif, durations)
shutil.copy(folder / layout.readme, broken)
mended_folder = broken
check("6.4", mended_folder)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions about bytes and honesty.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas sobre bytes y honestidad.

# %%
quiz(6)

# %%
progress(6)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - The GIF89a specification, short and readable:
#   [w3.org/Graphics/GIF/spec-gif89a.txt](https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
# - Pillow on [writing GIFs](https://pillow.readthedocs.io/en/stable/handbook/image-file-formats.html#gif).
# - [Floyd–Steinberg dithering](https://en.wikipedia.org/wiki/Floyd%E2%80%93Steinberg_dithering), with the little table of
#   sixteenths that says which neighbour gets how much of the error.

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - La especificación de GIF89a, corta y legible (en inglés):
#   [w3.org/Graphics/GIF/spec-gif89a.txt](https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
# - Pillow sobre [cómo escribir GIF](https://pillow.readthedocs.io/en/stable/handbook/image-file-formats.html#gif) (en inglés).
# - El [tramado de Floyd–Steinberg](https://en.wikipedia.org/wiki/Floyd%E2%80%93Steinberg_dithering) (en inglés), con la tablita de
#   dieciseisavos que dice cuánto error recibe cada vecino.
