# %% [markdown] tags=["en"]
# # Lesson 7 · Your own photo
#
# Nobody has ever segmented your photo, so nobody knows the right answer. This lesson takes you through the whole way with a
# cup of coffee, and then hands over to you.
#
# ## What you will learn
#
# - to go from any photo to a finished workshop folder;
# - to judge three masks when there is no reference to hold them against;
# - to overrule the model when your eyes know better, and to say why;
# - to hand in work that checks itself.
#
# About {minutes} minutes. You need: lessons 0 to 6, a photo of your own, and as long as you like with it.

# %% [markdown] tags=["es"]
# # Lección 7 · Tu propia foto
#
# Nadie ha segmentado nunca tu foto, así que nadie sabe la respuesta correcta. Esta lección recorre el camino entero con una
# taza de café y después te cede el sitio.
#
# ## Qué vas a aprender
#
# - a ir de una foto cualquiera a una carpeta de taller terminada;
# - a juzgar tres máscaras cuando no hay referencia con que compararlas;
# - a contradecir al modelo cuando tus ojos saben más, y a decir por qué;
# - a entregar un trabajo que se revisa a sí mismo.
#
# Unos {minutes} minutos. Necesitas: las lecciones 0 a 6, una foto tuya y el rato que quieras dedicarle.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from segwidgets import ClickSegmenter, Prompt, clean, diagnose, load_image
from segwidgets import segment_semantic
from segwidgets.course import check, draw, progress, quiz, show, start
from segwidgets.delivery import LAYOUTS, save_mask, save_picture
from segwidgets.delivery_check import check_workshop
from segwidgets.masks import compare, measure
from segwidgets.workshop import make_workshop

start(7, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · The photo
#
# Run the lesson once as it is. Then come back, put the path of your own photo in place of `"coffee"`, and run it again from
# here. A good first photo has one thing in it that you can outline with a finger; JPEG or PNG. If people are in it, ask
# them; if somebody else took it, may you use it? Say in your report where it comes from.

# %% [markdown] tags=["es"]
# ## 1 · La foto
#
# Ejecuta la lección una vez tal como está. Luego vuelve aquí, pon la ruta de tu foto en lugar de `"coffee"` y ejecútala de
# nuevo desde esta celda. Una buena primera foto tiene una cosa que puedas contornear con el dedo; en JPEG o PNG. Si sale
# gente, pídele permiso; si la hizo otra persona, ¿puedes usarla? Di en tu informe de dónde viene.

# %%
PHOTO = "coffee"
photo = load_image(PHOTO)
show(photo, titles=L("What is the object here?", "¿Cuál es aquí el objeto?"), width=440)
print(photo.shape)

# %% [markdown] tags=["en", "alt"]
# A white and red cup of coffee on a red saucer with a spoon, on a wooden table.

# %% [markdown] tags=["es", "alt"]
# Una taza de café blanca y roja en un plato rojo con una cuchara, sobre una mesa de madera.

# %% [markdown] tags=["en"]
# The sample is by Rachel Michetti, courtesy of Pikolo Espresso Bar (CC0). Let us take *the cup*: with its handle, without the saucer
# and without the spoon. Deciding that is the first step, and no network does it for you.
#
# ## 2 · What does DeepLab say?
#
# **Predict.** DeepLab knows 20 kinds of things, among them bottle, chair and dining table. What will it call the cup?

# %% [markdown] tags=["es"]
# La foto de ejemplo es de Rachel Michetti, cortesía de Pikolo Espresso Bar (CC0). Elegimos *la taza*: con su asa, sin el plato y sin la
# cuchara. Decidirlo es el primer paso, y ninguna red lo dará por ti.
#
# ## 2 · ¿Qué dice DeepLab?
#
# **Predice.** DeepLab conoce 20 tipos de cosas, entre ellas botella, silla y mesa de comedor. ¿Cómo llamará a la taza?

# %%
semantic = segment_semantic(photo)
for name, share in semantic.area_share.items():
    print(f"{name:<12}{share:.1%}")

# %% [markdown] tags=["en"]
# **Explain.** A cup is none of its classes, so it calls cup and wood alike a dining table. That is no silly answer: of its 20
# names it is the one that has to do with cups. Where DeepLab has no word, SAM must manage alone.
#
# ## 3 · One click, three masks
#
# The places to click on stand in the first line: a click into the coffee, one on the spoon, one on the cup's handle, and a box.
#
# **Predict.** A click into the coffee: what three things could be meant?

# %% [markdown] tags=["es"]
# **Explica.** Una taza no es ninguna de sus clases, así que llama mesa de comedor tanto a la taza como a la madera. No es una
# respuesta tonta: de sus 20 nombres es el que tiene que ver con tazas. Donde a DeepLab le falta la palabra, SAM tiene que arreglárselas solo.
#
# ## 3 · Un clic, tres máscaras
#
# Los puntos donde se hace clic están en la primera línea: un clic en el café, uno en la cuchara, uno en el asa de la taza y una caja.
#
# **Predice.** Un clic en el café: ¿qué tres cosas podría señalar?

# %%
places = Prompt([(300, 180), (365, 280), (230, 260)], [1, 0, 1], (170, 15, 420, 305))
places = places.scaled((400, 600), photo.shape[:2])  # for a photo of any size
clicks = ClickSegmenter(photo, lang=L("en", "es"))
clicks.add_point(*places.points[0])
clicks

# %% [markdown] tags=["en", "alt"]
# The photo with one click in the coffee; the mask covers the cup, the saucer and the spoon.

# %% [markdown] tags=["es", "alt"]
# La foto con un clic en el café; la máscara cubre la taza, el plato y la cuchara.

# %%
first = clicks.candidates
judged = diagnose(first, L("en", "es"), photo)
shown = [draw(photo, mask, first.prompt) for mask in first.masks]
show(*shown, titles=[one.title for one in judged], width=720)
for one in judged:
    iou, found = first.predicted_iou[one.index], one.measures
    print(one.index, f"{iou:.2f}", found.holes, found.islands)

# %% [markdown] tags=["en", "alt"]
# Three masks for one click: the coffee in the cup; the cup with a ragged lower edge and bits elsewhere; cup, saucer and
# spoon.

# %% [markdown] tags=["es", "alt"]
# Tres máscaras para un clic: el café dentro de la taza; la taza con el borde inferior irregular y restos sueltos; la taza con
# el plato y la cuchara.

# %% [markdown] tags=["en"]
# **Measure.** Each row: mask, predicted IoU, holes, islands. The diagnosis calls mask 2 "the chosen one" and holds the others
# against it, but that is only SAM's favourite. *We* decided on the cup, and so for us mask 1 is the object, in spite of its holes, mask 0 a
# part, and mask 2 leaks onto the saucer. A fault is a fault only against what you want.
#
# ## 4 · Say what you mean
#
# Each line adds something that the click left open: which candidate, how far it reaches, what is not meant, what is.

# %% [markdown] tags=["es"]
# **Mide.** Cada fila: máscara, IoU predicho, agujeros, islas. El diagnóstico llama «la elegida» a la máscara 2 y compara las
# demás con ella, pero esa es solo la favorita de SAM. *Nuestra* decisión fue la taza, así que para este trabajo la máscara 1 es el objeto,
# pese a sus agujeros, la 0 una parte, y la 2 tiene fugas hacia el plato. Un defecto solo lo es frente a lo que quieres.
#
# ## 4 · Di lo que quieres
#
# Cada línea añade algo que el clic dejó abierto: qué candidata, hasta dónde llega, qué no entra, qué sí.

# %%
clicks.choose(1)
clicks.set_box(*places.box)
clicks.add_point(*places.points[1], 0)
clicks.add_point(*places.points[2])
clicks.other_readings()
answer = clicks.candidates

# %% [markdown] tags=["en"]
# That much leaves little open: SAM gave one mask, number 0. But it reads every prompt in four ways, and `other_readings` (in the widget
# the key R) puts the three others beside it.
#
# **Predict.** Will the one with the highest predicted IoU be the best cup?

# %% [markdown] tags=["es"]
# Dicho todo eso, queda poca duda: SAM dio una sola máscara, la 0. Pero lee cada indicación de cuatro maneras, y `other_readings` (en el
# widget, la tecla R) pone las otras tres a su lado.
#
# **Predice.** ¿Será la mejor taza la de mayor IoU predicho?

# %%
ratings = [f"{number}: {iou:.2f}" for number, iou in enumerate(answer.predicted_iou)]
left, top, right, bottom = measure(answer.masks.any(axis=0)).box
shown = [draw(photo, mask)[top:bottom, left:right] for mask in answer.masks]
show(*shown, titles=ratings, width=720)
for number, mask in enumerate(answer.masks):
    found = measure(mask, photo)
    print(number, found.holes, found.islands, f"{found.edge_agreement:.2f}")

# %% [markdown] tags=["en", "alt"]
# Four masks of the cup, seen close up. All leave the saucer out. The first takes in the spoon's handle and has specks beside the cup's handle;
# the second stops at the spoon and leaves the dark gap between handle and cup open; the third takes in the spoon's handle; the
# fourth that and a shadow to the left of the cup's handle.

# %% [markdown] tags=["es", "alt"]
# Cuatro máscaras de la taza de cerca. Todas dejan fuera el plato. La primera abarca el mango de la cuchara y tiene motas junto al
# asa; la segunda se detiene en la cuchara y deja abierto el hueco oscuro entre el asa y la taza; la tercera abarca el mango de la
# cuchara; la cuarta, además, una sombra a la izquierda del asa.

# %% [markdown] tags=["en"]
# **Measure.** The titles are the predicted IoU. Each row: mask, holes, islands, agreement of its contour with the photo's edges
# (from lesson 4).
#
# **Explain.** The numbers favour masks 2 and 3. But look at the upper right: all but mask 1 swallow the handle of the spoon, and mask 3
# a shadow beside the cup's handle as well. Mask 2 even agrees best with the edges, for a spoon has edges too. Only mask 1 is what we
# asked for, the cup alone. No number here knows what you meant; your eyes do, and a reason goes with the choice.

# %% [markdown] tags=["es"]
# **Mide.** Los títulos son el IoU predicho. Cada fila: máscara, agujeros, islas y coincidencia de su contorno con los bordes de la
# foto (de la lección 4).
#
# **Explica.** Los números favorecen a las máscaras 2 y 3. Pero mira arriba a la derecha: todas menos la 1 se tragan el mango de la
# cuchara, y la 3 además una sombra junto al asa. La 2 es incluso la que más coincide con los bordes, porque una cuchara también
# los tiene. Solo la máscara 1 es lo que pedimos, la taza sola. Ningún número de aquí sabe qué querías; tus ojos sí, y toda elección
# va con su razón.

# %%
clicks.choose(1)
prompt, before = clicks.prompt, clicks.mask
print(prompt)

# %% [markdown] tags=["en"]
# ## 5 · Mend it
#
# `clean` fills holes and drops small islands; `smooth=1` lets each pixel go with the majority of the 3 × 3 pixels around it.
#
# **Predict.** How much will the mask change: 10 %, 1 %, less?

# %% [markdown] tags=["es"]
# ## 5 · Repárala
#
# `clean` rellena los agujeros y quita las islas pequeñas; con `smooth=1` cada píxel sigue a la mayoría de los 3 × 3 píxeles
# que lo rodean.
#
# **Predice.** ¿Cuánto cambiará la máscara: un 10 %, un 1 %, menos?

# %%
after = clean(before, smooth=1)
titles = L(["Before: a hole by the handle", "After"], ["Antes: un agujero junto al asa", "Después"])
show(draw(photo, before), draw(photo, after), titles=titles, width=640)
for mask in (before, after):
    found = measure(mask)
    print(found.holes, found.hole_px, found.islands, found.island_px)
print(f"IoU {compare(after, before).iou:.3f}")

# %% [markdown] tags=["en", "alt"]
# The cup's mask before and after: the dark gap between handle and cup was left out at first, and is filled afterwards.

# %% [markdown] tags=["es", "alt"]
# La máscara de la taza antes y después: el hueco oscuro entre el asa y la taza quedaba fuera al principio y después está relleno.

# %% [markdown] tags=["en"]
# **Explain.** Half a per cent changed. But look *what* was filled: the gap between handle and cup. Through a handle
# one sees what lies behind, so that hole may well have been right. A tool cannot know; `clean(before, max_hole_px=20)` would have
# left it open. Mending is a decision too, and it belongs in your reflection.
#
# ## 6 · The film of your clicks
#
# The widget remembers what was done, and `to_gif` makes a film of it, with a caption for each step. Here are its pictures side by
# side, the captions cut off; open the file in a browser to see it run.

# %% [markdown] tags=["es"]
# **Explica.** Cambió medio por ciento. Pero mira *qué* se rellenó: el hueco entre el asa y la taza. A través de un asa se ve
# lo que hay detrás, así que quizá ese agujero era correcto. Una herramienta no puede saberlo; `clean(before, max_hole_px=20)` lo
# habría dejado abierto. Reparar también es decidir, y eso va en tu reflexión.
#
# ## 6 · La película de tus clics
#
# El widget recuerda lo que se hizo y `to_gif` lo convierte en una película, con una leyenda por paso. Aquí van sus imágenes una
# al lado de otra, sin las leyendas; abre el archivo en un navegador para verla en marcha.

# %%
temporary = TemporaryDirectory()
OUT = Path(temporary.name) / L("my_workshop", "mi_taller")
film = clicks.to_gif(Path(temporary.name) / "clicks.gif")
pictures = []
with Image.open(film) as gif:
    for number in range(gif.n_frames):
        gif.seek(number)
        height = gif.width * photo.shape[0] // photo.shape[1]
        pictures.append(np.asarray(gif.convert("RGB"))[:height])
steps = [L("the photo", "la foto"), *[step["action"] for step in clicks.history]]
show(*pictures, titles=steps[: len(pictures)], columns=4, width=720)
print(len(clicks.history), len(pictures))

# %% [markdown] tags=["en", "alt"]
# The film's eight pictures: the photo, the first click (cup and saucer), mask 1 (the cup, ragged), the box, the background point on the spoon,
# the point on the handle, the other readings, and mask 1 of them.

# %% [markdown] tags=["es", "alt"]
# Las ocho imágenes de la película: la foto, el primer clic (taza y plato), la máscara 1 (la taza, irregular), la caja, el punto de fondo en la
# cuchara, el punto en el asa, las otras lecturas y, de ellas, la máscara 1.

# %% [markdown] tags=["en"]
# Seven actions, eight pictures: the first is the photo before anything was done.
#
# ## 7 · The folder
#
# Here everything goes into a temporary folder that vanishes when the notebook is closed. For your own work put
# `OUT = Path("my_workshop")` in the cell above. `force=True` replaces an older workshop at that place, and nothing else.

# %% [markdown] tags=["es"]
# Siete acciones, ocho imágenes: la primera es la foto antes de hacer nada.
#
# ## 7 · La carpeta
#
# Aquí todo va a una carpeta temporal que desaparece al cerrar el cuaderno. Para tu propio trabajo pon
# `OUT = Path("mi_taller")` en la celda de arriba. `force=True` reemplaza un taller anterior que esté en ese sitio, y nada más.

# %%
lang = L("en", "es")
workshop = make_workshop(PHOTO, prompt, out=OUT, lang=lang, force=True)
layout = LAYOUTS[lang]
save_mask(after, OUT / layout.mask(4))
save_picture(draw(photo, after, prompt), OUT / layout.coloured(4))

# %% [markdown] tags=["en"]
# `make_workshop` asks SAM afresh, with the final prompt at once, so its four masks are not quite those of the widget, which
# feeds each answer back into the next question. That is why your own mended mask goes in as number 4. What does the check
# say?

# %% [markdown] tags=["es"]
# `make_workshop` le pregunta a SAM de nuevo, con la indicación final toda de una vez, así que sus cuatro máscaras no son exactamente las
# del widget, que incorpora cada respuesta a la pregunta siguiente. Por eso tu máscara reparada va como número 4. ¿Qué dice
# la revisión?

# %%
for finding in check_workshop(OUT):
    words = "" if finding.status == "ok" else finding.message
    print(f"{finding.status:<8}{finding.item}  {words}".rstrip())

# %% [markdown] tags=["en"]
# ## Recap
#
# - First decide what the object is; a fault is a fault only against that decision.
# - Without a reference you still have eyes, edges, holes, islands and the model's own guess, and none of them alone is enough.
# - A click leaves much open; a box, a second point and a background point settle it.
# - Choosing and mending are decisions: take them, and write down why.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Primero decide cuál es el objeto; un defecto solo lo es frente a esa decisión.
# - Sin referencia te quedan los ojos, los bordes, los agujeros, las islas y la conjetura del modelo, y ninguno basta por sí solo.
# - Un clic deja mucho sin decir; lo dicen una caja, un segundo punto y un punto de fondo.
# - Elegir y reparar son decisiones: tómalas y escribe por qué.

# %% [markdown] tags=["en"]
# ## Exercises
#
# Now put your photo in section 1, click on *your* object in section 3 (or change the places in its first line), and
# hand in what comes of it. Any photo will do and any honest solution is right: the checks ask whether your pieces fit
# each other, not whether they are ours.
#
# ### 7.1 · Your prompt
#
# Hand in the prompt that says what you mean. One click leaves too much open: give at least two points, or a box.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# Ahora pon tu foto en la sección 1, haz clic en *tu* objeto en la sección 3 (o cambia los lugares de su primera línea) y
# entrega lo que salga. Vale cualquier foto y es correcta cualquier solución honesta: las revisiones preguntan si tus piezas
# encajan entre sí, no si son las nuestras.
#
# ### 7.1 · Tu indicación
#
# Entrega la indicación (el *prompt*) que dice lo que quieres. Un solo clic deja demasiadas dudas: da al menos dos puntos, o una caja.

# %% tags=["solution"]
my_prompt = clicks.prompt
check("7.1", (photo, my_prompt))

# %% [markdown] tags=["en"]
# ### 7.2 · Your mask
#
# Hand in the mask that you chose among those shown. Your foreground points must lie in it, your background points outside.

# %% [markdown] tags=["es"]
# ### 7.2 · Tu máscara
#
# Entrega la máscara que elegiste entre las que se muestran. Tus puntos de primer plano deben quedar dentro y los de fondo, fuera.

# %% tags=["solution"]
my_prompt = clicks.prompt
my_mask = clicks.mask
check("7.2", (photo, my_prompt, my_mask))

# %% [markdown] tags=["en"]
# ### 7.3 · Before and after
#
# Hand in your mask before and after mending it, whether by `clean`, by another prompt or by hand. Still the same object, and
# no more holes and islands than before. If there is nothing to mend, hand the same mask in twice.

# %% [markdown] tags=["es"]
# ### 7.3 · Antes y después
#
# Entrega tu máscara antes y después de repararla, sea con `clean`, con otra indicación o a mano. Debe seguir siendo el mismo objeto y
# no tener más agujeros e islas que antes. Si no hay nada que reparar, entrega la misma máscara dos veces.

# %% tags=["solution"]
my_before = clicks.mask
my_after = clean(my_before, max_hole_px=20)
check("7.3", (my_before, my_after))

# %% [markdown] tags=["en"]
# ### 7.4 · Your reflection
#
# At least 40 words: what did you expect, what came, which of the masks did you choose and why, where does it fail? With
# at least one number that you measured.

# %% [markdown] tags=["es"]
# ### 7.4 · Tu reflexión
#
# Al menos 40 palabras: ¿qué esperabas, qué salió, cuál de las máscaras elegiste y por qué, dónde falla? Con al menos un número
# que hayas medido.

# %% tags=["solution"]
my_reflection = L(
    """\
I expected one click into the coffee to give the cup, and got cup and saucer. With a
box, a point on the handle and a background point on the spoon the cup came alone. SAM
rates masks 2 and 3 higher, but they take in the spoon's handle: I chose mask 1.
It has 1 hole, the gap in the cup's handle, which I left open because there is no
cup there.""",
    """\
Esperaba que un clic en el café diera la taza, y salieron la taza y el plato. Con
una caja, un punto en el asa y un punto de fondo en la cuchara salió la taza sola.
SAM puntúa mejor las máscaras 2 y 3, pero abarcan el mango de la cuchara; elegí la 1.
Tiene 1 agujero, el hueco del asa, que dejé abierto porque ahí no hay taza.""",
)
check("7.4", (photo, my_reflection))

# %% [markdown] tags=["en"]
# ### 7.5 · The folder
#
# Put the reflection into `README.md` in your folder, in place of the lines in italics under *Reflection*: in an editor, or as in
# lesson 6. Then hand in the folder's path. This is what your teacher gets.

# %% [markdown] tags=["es"]
# ### 7.5 · La carpeta
#
# Pon la reflexión en el `README.md` de tu carpeta, en lugar de las líneas en cursiva bajo *Reflexión*: en un editor, o como en la
# lección 6. Después entrega la ruta de la carpeta. Esto es lo que recibe tu profesor.

# %% tags=["solution"]
readme, title = OUT / layout.readme, L("## Reflection\n", "## Reflexión\n")
head, tail = readme.read_text("utf-8").split(title)
rest = tail[tail.index("\n## ") :]
readme.write_text(f"{head}{title}\n{my_reflection}\n{rest}", "utf-8")
my_folder = OUT
check("7.5", my_folder)

# %% [markdown] tags=["en"]
# Five ticks mean that it is complete. Whether it is *good* nobody can tick off: show it to somebody, and let them ask.

# %% [markdown] tags=["es"]
# Cinco marcas significan que está completo. Si es *bueno* no lo dice ninguna marca: enséñaselo a alguien y deja que pregunte.

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas.

# %%
quiz(7)

# %%
progress(7)

# %% [markdown] tags=["en"]
# ## Further reading
#
# Where to go from here:
#
# - N. Ravi and others, *SAM 2: Segment Anything in Images and Videos* (2024): [arXiv:2408.00714](https://arxiv.org/abs/2408.00714).
# - L. Ke and others, *Segment Anything in High Quality* (2023), finer edges for thin things:
#   [arXiv:2306.01567](https://arxiv.org/abs/2306.01567).
# - M. Cordts and others, *The Cityscapes Dataset* (2016), how people draw the reference that your photo lacks:
#   [arXiv:1604.01685](https://arxiv.org/abs/1604.01685).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# Por dónde seguir:
#
# - N. Ravi y otros, *SAM 2: Segment Anything in Images and Videos* (2024): [arXiv:2408.00714](https://arxiv.org/abs/2408.00714).
# - L. Ke y otros, *Segment Anything in High Quality* (2023), bordes más finos para cosas delgadas:
#   [arXiv:2306.01567](https://arxiv.org/abs/2306.01567).
# - M. Cordts y otros, *The Cityscapes Dataset* (2016), cómo dibuja la gente la referencia que a tu foto le falta:
#   [arXiv:1604.01685](https://arxiv.org/abs/1604.01685).
