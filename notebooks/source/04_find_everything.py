# %% [markdown] tags=["en"]
# # Lesson 4 · Everything in the image
#
# Until now you said where to look. In this lesson nobody points: SAM is asked everywhere, what it answers is filtered, and
# DeepLab gives names to what is left. At the end there is a table that answers the workshop's question: what is in the
# image?
#
# ## What you will learn
#
# - how a grid of clicks and three filters find the things in a photo without any help;
# - to filter masks yourself, with two thresholds and non-maximum suppression (NMS);
# - to name a mask by a vote of its pixels;
# - to see where two networks disagree, and to settle it by a rule that you can defend.
#
# About {minutes} minutes. You need: lessons 2 (SAM) and 3 (DeepLab).

# %% [markdown] tags=["es"]
# # Lección 4 · Todo lo que hay en la imagen
#
# Hasta ahora decías tú dónde mirar. En esta lección nadie señala: se le pregunta a SAM en todas partes, se filtra lo que
# responde y DeepLab pone nombre a lo que queda. Al final hay una tabla que contesta la pregunta del taller: ¿qué hay en la
# imagen?
#
# ## Qué vas a aprender
#
# - cómo una cuadrícula de clics y tres filtros encuentran las cosas de una foto sin ayuda;
# - a filtrar máscaras por tu cuenta, con dos umbrales y supresión de no máximos (NMS);
# - a ponerle nombre a una máscara con el voto de sus píxeles;
# - a ver dónde discrepan dos redes y a resolverlo con una regla que puedas defender.
#
# Unos {minutes} minutos. Necesitas: las lecciones 2 (SAM) y 3 (DeepLab).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import matplotlib.pyplot as plt
import numpy as np

from segwidgets import Prompt, Segmenter, compare, load_image, segment_semantic
from segwidgets.automatic import generate_masks, point_grid, suppress
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start

start(4, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · A grid of clicks
#
# If nobody says where the things are, ask everywhere. We lay a grid over the photo and make each of its points a click.
#
# **Predict.** A grid of 8 × 8 points, and SAM gives three candidates for each click. How many masks will come out?

# %% [markdown] tags=["es"]
# ## 1 · Una cuadrícula de clics
#
# Si nadie dice dónde están las cosas, se pregunta en todas partes. Ponemos una cuadrícula sobre la foto y cada punto es un
# clic.
#
# **Predice.** Una cuadrícula de 8 × 8 puntos, y SAM da tres candidatas por clic. ¿Cuántas máscaras saldrán?

# %%
photo = load_image("astronaut")
segmenter = Segmenter(photo)
points = point_grid(8, segmenter.size)
show(draw(photo, prompt=Prompt(points)), width=400, titles=L("64 clicks", "64 clics"))
print(len(points), L("clicks, the first at", "clics, el primero en"), points[0])

# %% [markdown] tags=["en", "alt"]
# The astronaut's photo with 64 green points in eight rows and eight columns.

# %% [markdown] tags=["es", "alt"]
# La foto de la astronauta con 64 puntos verdes en ocho filas y ocho columnas.

# %% [markdown] tags=["en"]
# `generate_masks` asks them all. For now we switch off its filters, to see what SAM really answers.

# %% [markdown] tags=["es"]
# `generate_masks` hace todas las preguntas. Por ahora apagamos sus filtros, para ver lo que SAM responde de verdad.

# %%
raw = generate_masks(
    segmenter, 8, pred_iou_thresh=0, stability_score_thresh=0, box_nms_thresh=1
)
print(raw.mask.shape)

# %% [markdown] tags=["en"]
# 192 masks of one photo, and many are the same thing again, or nothing. We need the few good ones.
#
# ## 2 · Two thresholds
#
# SAM says of each mask how good it thinks it is: the *predicted IoU*. And we can test how firm it is: raise and lower the
# threshold a little and see how much of the mask stays. That is the *stability score*. You met both in lesson 2.

# %% [markdown] tags=["es"]
# 192 máscaras de una foto, y muchas son otra vez lo mismo, o nada. Necesitamos las pocas buenas.
#
# ## 2 · Dos umbrales
#
# SAM dice de cada máscara qué tan buena la cree: el *IoU predicho*. Y podemos probar qué tan firme es: subir y bajar un poco
# el umbral y ver cuánto queda de la máscara. Esa es la *estabilidad*. Conoces las dos de la lección 2.

# %%
rated, steady = raw.data["predicted_iou"], raw.data["stability_score"]
for i in (191, 69, 3):
    print(f"{i:3}", L("predicted IoU", "IoU predicho"), f"{rated[i]:.2f}",
          L("stability", "estabilidad"), f"{steady[i]:.2f}")
titles = [L("Rated badly", "Mal valorada"), L("Rated well, but shaky", "Bien valorada, pero inestable"),
          L("Rated well and firm", "Bien valorada y firme")]
pictures = [draw(photo, raw.mask[i]) for i in (191, 69, 3)]
show(*pictures, titles=titles, width=640)

# %% [markdown] tags=["en", "alt"]
# Three masks on the astronaut's photo. Left, a small scrap at the foot of the shuttle. Middle, ragged patches of hair and face. Right,
# the whole astronaut, cleanly.

# %% [markdown] tags=["es", "alt"]
# Tres máscaras sobre la foto. A la izquierda, un retazo al pie del transbordador. En el centro, trozos deshilachados de pelo y cara. A la
# derecha, la astronauta entera, limpia.

# %% [markdown] tags=["en"]
# **Predict.** We keep what has a predicted IoU above 0.88 and a stability of at least 0.95. Which of the two conditions will
# throw out more?

# %% [markdown] tags=["es"]
# **Predice.** Nos quedamos con lo que tenga un IoU predicho de más de 0,88 y una estabilidad de al menos 0,95. ¿Cuál de
# las dos condiciones echará más máscaras?

# %%
good = rated > 0.88
firm = steady >= 0.95
print(len(raw), "→", good.sum(), "→", (good & firm).sum())

# %%
figure, axes = plt.subplots(figsize=(6.4, 3.6), dpi=100, layout="constrained")
axes.scatter(rated[~(good & firm)], steady[~(good & firm)], s=16, c="#999999")
axes.scatter(rated[good & firm], steady[good & firm], s=22, c="#0072B2")
axes.axvline(0.88, c="#D55E00", lw=1)
axes.axhline(0.95, c="#D55E00", lw=1)
axes.set(xlabel=L("predicted IoU", "IoU predicho"), ylabel=L("stability score", "estabilidad"))
axes.set_title(L("Most masks fail at stability", "Casi todas caen por la estabilidad"), loc="left")
plt.show()

# %% [markdown] tags=["en", "alt"]
# A scatter plot of 192 masks, predicted IoU to the right and stability upwards, with a line at each threshold. Only a small cluster in
# the upper right corner passes both; most points lie right of the first line but below the second.

# %% [markdown] tags=["es", "alt"]
# Diagrama de dispersión de 192 máscaras: el IoU predicho hacia la derecha, la estabilidad hacia arriba y una línea en cada umbral. Solo
# pasa un grupo pequeño en la esquina superior derecha; casi todos los puntos quedan a la derecha de la primera línea y bajo la segunda.

# %% [markdown] tags=["en"]
# **Explain.** The network thinks well of itself: most of its masks pass the first threshold. The second is not an opinion but a
# test, and few pass it.
#
# ## 3 · The same thing, many times
#
# Among the masks that are left, the whole astronaut comes again and again. *Non-maximum suppression* (NMS) keeps one
# of each crowd: take the mask with the best rating, drop all whose box overlaps its box with an IoU above 0.7, take the
# next.
#
# **Predict.** How many of the 34 will be left?

# %% [markdown] tags=["es"]
# **Explica.** La red tiene buena opinión de sí misma: la mayoría de sus máscaras pasa el primer umbral. El segundo no es una opinión
# sino una prueba, y pocas la superan.
#
# ## 3 · Lo mismo, muchas veces
#
# Entre las máscaras que quedan, la astronauta entera aparece una y otra vez. La *supresión de no máximos* (NMS) deja una de
# cada grupo: toma la máscara mejor valorada, descarta todas las que tengan una caja con IoU mayor que 0,7 con la suya, y pasa a la
# siguiente.
#
# **Predice.** ¿Cuántas de las 34 quedarán?

# %%
candidates = raw[good & firm]
same = [compare(mask, candidates.mask[0]).iou > 0.9 for mask in candidates.mask]
kept = suppress(candidates.xyxy, candidates.data["predicted_iou"], 0.7)
print(L("nearly the best mask again:", "casi la mejor máscara, otra vez:"), sum(same))
print(len(candidates), "→", len(kept))

# %% [markdown] tags=["en"]
# **Measure.** Three filters by hand. `generate_masks` has them built in and keeps count; the numbers must agree. Then we ask
# once more, with a denser grid.

# %% [markdown] tags=["es"]
# **Mide.** Tres filtros a mano. `generate_masks` los trae puestos y lleva la cuenta; los números deben coincidir. Después
# preguntamos otra vez con una cuadrícula más densa.

# %%
for side in (8, 16):
    found = generate_masks(segmenter, side)
    print(found.metadata["counts"])

# %%
from segwidgets import style

largest_first = np.argsort(-found.area, kind="stable")
scene = photo
for number, i in enumerate(largest_first):
    scene = draw(scene, found.mask[i], color=style.palette_color(number))
print(len(found), L("masks cover", "máscaras cubren"), f"{found.mask.any(axis=0).mean():.0%}")
show(scene, width=480, titles=L("256 clicks, 25 things", "256 clics, 25 cosas"))

# %% [markdown] tags=["en", "alt"]
# The astronaut's photo in coloured pieces: hair, face, suit, patches, helmet, the flag's stripes, the shuttle's tank and the wall are each a
# thing of their own. The white shuttle itself has no colour.

# %% [markdown] tags=["es", "alt"]
# La foto de la astronauta en piezas de color: pelo, cara, traje, parches, casco, las franjas de la bandera, el tanque del transbordador y
# la pared son cosas distintas. El transbordador blanco no tiene color.

# %% [markdown] tags=["en"]
# **Explain.** Four times the clicks gave less than twice the things, because most answers repeat each other. Yet the large helmet came only with
# the denser grid: it takes luck to click where SAM answers well.
# Things lie in things: the whole astronaut is a mask, and so are her hair and the patch on her chest. And something is missing: the white shuttle
# has no mask. It was clicked, but no answer passed the filters. "Everything" is a large word.
#
# ## 4 · A vote gives the name
#
# These are 25 outlines without a name. DeepLab has names without good outlines. So let each mask hold a vote: every pixel in it says
# what DeepLab thinks it is, and the majority wins.

# %% [markdown] tags=["es"]
# **Explica.** Con cuatro veces más clics salió menos del doble de cosas, porque casi todas las respuestas se repiten. Y sin embargo el casco,
# tan grande, solo apareció con la cuadrícula densa: hace falta suerte para hacer clic donde SAM responde bien. Hay cosas dentro de cosas: la astronauta entera es una máscara, y también su pelo y el parche del pecho. Y falta algo: el
# transbordador blanco no tiene máscara. Recibió clics, pero ninguna respuesta pasó los filtros. «Todo» es mucho decir.
#
# ## 4 · El nombre se vota
#
# Son 25 contornos sin nombre. DeepLab tiene nombres sin buenos contornos. Pues que cada máscara vote: cada píxel suyo
# dice qué cree DeepLab que es, y gana la mayoría.

# %%
semantic = segment_semantic(photo)
def vote(mask):
    L("""The winning class and its share of the votes.""", """La clase ganadora y su parte de los votos.""")
    ballots = np.bincount(semantic.class_map[mask], minlength=21)
    return semantic.class_names[ballots.argmax()], ballots.max() / ballots.sum()

votes = [vote(mask) for mask in found.mask]
for i in largest_first[:8]:
    print(f"{found.mask[i].mean():6.1%}  {votes[i][0]:<12}{votes[i][1]:.0%}")

# %% [markdown] tags=["en"]
# The whole astronaut is a person, nearly unanimously. The wall and the helmet are background, and SAM's outline says *which* piece of background.
#
# ## 5 · Where they disagree
#
# **Predict.** DeepLab saw a bottle on the shuttle. Will a mask win that name?

# %% [markdown] tags=["es"]
# La astronauta entera es persona, casi por unanimidad. La pared y el casco son fondo, y el contorno de SAM dice *qué* trozo de fondo.
#
# ## 5 · Dónde discrepan
#
# **Predice.** DeepLab vio una botella en el transbordador. ¿Ganará ese nombre alguna máscara?

# %%
bottle, covered = semantic.mask("bottle"), found.mask.any(axis=0)
print(sorted({name for name, share in votes}))
print(L("of the bottle, in a mask:", "de la botella, en una máscara:"),
      f"{(bottle & covered).sum() / bottle.sum():.0%}")
persons = [i for i in largest_first if votes[i][0] == "person"]
titles = [f"{votes[i][0]} {votes[i][1]:.0%}" for i in persons]
pictures = [draw(photo, found.mask[i]) for i in persons]
show(*pictures, titles=titles, columns=5, width=640)

# %% [markdown] tags=["en", "alt"]
# Nine small pictures of the astronaut's photo, each with one mask named person: the whole figure, hair, face, patches and a glove,
# but also three stripes of the flag at the left edge.

# %% [markdown] tags=["es", "alt"]
# Nueve imágenes pequeñas de la foto de la astronauta, cada una con una máscara llamada persona: la figura entera, el pelo, la cara, los parches
# y un guante, pero también tres franjas de la bandera junto al borde izquierdo.

# %% [markdown] tags=["en"]
# **Explain.** The bottle is gone: hardly any of its pixels lie in a mask, and where they do they are outvoted. A vote cures small
# errors. It cannot cure large ones: stripes of the flag at the left edge are "person", one of them with 96 % of the votes, because DeepLab's
# map flows over onto the flag there. A high share does not mean right.
#
# Which rule would throw the stripes out, and keep hair and face? One more piece of knowledge helps: **parts lie inside their whole.** So:
#
# 1. For a class, the *whole* is the mask that agrees best with DeepLab's region (IoU).
# 2. A smaller mask keeps that name only if it lies inside the whole, say to 90 %.
# 3. What then has no name is a thing without a name, and we say so.

# %% [markdown] tags=["es"]
# **Explica.** La botella desapareció: casi ninguno de sus píxeles cae en una máscara, y los que caen pierden la votación. Un voto cura los
# errores pequeños. Los grandes no: hay franjas de la bandera, junto al borde izquierdo, que son «person», una con el 96 % de los votos,
# porque allí el mapa de DeepLab se derrama sobre la bandera. Muchos votos no significan acierto.
#
# ¿Qué regla echaría las franjas y dejaría el pelo y la cara? Ayuda saber una cosa más: **las partes están dentro de su todo.** Así que:
#
# 1. Para una clase, el *todo* es la máscara que mejor coincide con la región de DeepLab (IoU).
# 2. Una máscara menor conserva el nombre solo si está dentro del todo, digamos en un 90 %.
# 3. Lo que así queda sin nombre es una cosa sin nombre, y lo decimos.

# %%
region = semantic.mask("person")
agreement = [compare(mask, region).iou for mask in found.mask]
person = found.mask[np.argmax(agreement)]
print(L("IoU of the two networks:", "IoU entre las dos redes:"), f"{max(agreement):.2f}")
for i in persons:
    inside = (found.mask[i] & person).sum() / found.mask[i].sum()
    print(f"{votes[i][1]:4.0%}", L("of votes · inside", "de los votos · dentro"), f"{inside:4.0%} →",
          L("part of the person", "parte de la persona") if inside > 0.9 else L("no name", "sin nombre"))

# %% [markdown] tags=["en"]
# All parts stay and all three stripes go. The rule has its price: it needs a mask of the whole, and it believes in a single person.
# Try it on a group photo, and you will have to write a better one.
#
# ## 6 · What is in the image
#
# Now SAM's edges with DeepLab's names: left DeepLab alone, right the two together. Where the masks leave a gap, nothing is claimed.

# %% [markdown] tags=["es"]
# Todas las partes se quedan y las tres franjas se van. La regla tiene su precio: necesita una máscara del todo y supone que hay una sola
# persona. Pruébala con una foto de grupo y tendrás que escribir una mejor.
#
# ## 6 · Qué hay en la imagen
#
# Ahora los bordes de SAM con los nombres de DeepLab: a la izquierda, DeepLab solo; a la derecha, los dos juntos. Donde las máscaras dejan un
# hueco no se afirma nada.

# %%
from segwidgets.annotators import annotate_classes

labels = [L("not named", "sin nombre"), L("person", "persona"), L("bottle", "botella")]
alone = region + 2 * bottle
maps = (alone, person.astype(int))
show(*[annotate_classes(photo, names, labels) for names in maps], width=640)

# %% [markdown] tags=["en", "alt"]
# The astronaut twice, the rest in grey. Left, DeepLab: its region flows over onto the flag, and a strip of the shuttle is a
# bottle. Right: only the astronaut, with a clean outline.

# %% [markdown] tags=["es", "alt"]
# La astronauta dos veces, lo demás en gris. A la izquierda, DeepLab: su región se derrama sobre la bandera y una franja del transbordador
# es botella. A la derecha, solo la astronauta, con un contorno limpio.

# %% [markdown] tags=["en"]
# **Measure.** Are the edges better, or only prettier? `edge_agreement` needs no reference: it tells how well a contour lies on the
# photo's own edges, from about 0.5 (by chance) to 1.

# %% [markdown] tags=["es"]
# **Mide.** ¿Son mejores los bordes o solo más bonitos? `edge_agreement` no necesita referencia: dice qué tan bien cae un contorno sobre los
# bordes de la propia foto, de 0,5 más o menos (al azar) a 1.

# %%
from segwidgets.masks import edge_agreement

print("DeepLab:", f"{edge_agreement(region, photo):.2f}")
print("SAM:    ", f"{edge_agreement(person, photo):.2f}")

# %% [markdown] tags=["en"]
# And now the table. The rule of the whole and its parts serves for the things without a name too: what lies inside something
# larger is a part and gets no line of its own.

# %% [markdown] tags=["es"]
# Y ahora la tabla. La regla del todo y sus partes sirve también para las cosas sin nombre: lo que está dentro de algo
# mayor es una parte y no lleva línea propia.

# %%
table = []
for i in largest_first:
    mask = found.mask[i]
    if not any((mask & other).sum() > 0.9 * mask.sum() for name, other in table):
        named = i == np.argmax(agreement)
        table.append((L("person", "persona") if named else str(len(table)), mask))
for name, mask in table:
    parts = sum((part & mask).sum() > 0.9 * part.sum() for part in found.mask) - 1
    print(f"{name:<8}{mask.mean():6.1%}", L("· parts:", "· partes:"), parts)

# %% [markdown] tags=["en"]
# To write the names onto the photo we use the package *supervision*. Its `Detections` holds all objects of a photo together, with at least a box for each.
# Ours have no size: both corners are the mask's deepest point (hence `2 * …`, which repeats the pair), the one farthest from its edge, where a label finds room.

# %% [markdown] tags=["es"]
# Para escribir los nombres en la foto usamos el paquete *supervision*. Su `Detections` reúne todos los objetos de una foto, al menos con una caja cada uno.
# Las nuestras no tienen tamaño: sus dos esquinas son el punto más profundo de la máscara (de ahí `2 * …`, que repite el par), el más alejado del borde, donde cabe un rótulo.

# %%
import supervision as sv
from segwidgets.annotators import in_rgb
from segwidgets.semantic import deepest_point

scene = photo
for number, (name, mask) in enumerate(table):
    scene = draw(scene, mask, color=style.palette_color(number))
points = [2 * deepest_point(mask) for name, mask in table]  # boxes of no size || cajas sin tamaño
places = sv.Detections(np.array(points, float))
labels = sv.LabelAnnotator(color=sv.Color.BLACK, color_lookup=sv.ColorLookup.INDEX,
                           text_position=sv.Position.CENTER, text_padding=4)
scene = in_rgb(labels, scene, places, labels=[name for name, mask in table])
show(scene, width=560)

# %% [markdown] tags=["en", "alt", "cover"]
# The astronaut's photo in coloured pieces with labels: the astronaut is called person; wall, helmet, table, flag stripes and the
# shuttle's tank bear numbers.

# %% [markdown] tags=["es", "alt", "cover"]
# La foto de la astronauta en piezas de color con rótulos: la astronauta se llama persona; la pared, el casco, la mesa, las franjas de la
# bandera y el tanque del transbordador llevan números.

# %% [markdown] tags=["en"]
# This is an honest answer to "what is in the image": one thing with a name, many with an outline and no name, and a few gaps.

# %% [markdown] tags=["es"]
# Es una respuesta honrada a «qué hay en la imagen»: una cosa con nombre, muchas con contorno y sin nombre, y unos huecos.

# %% [markdown] tags=["en"]
# ## Recap
#
# - Everything = a grid of clicks, two thresholds (predicted IoU, stability) and NMS. Of hundreds of masks some tens remain.
# - Predicted IoU is an opinion, stability is a test; NMS removes repetitions, not parts.
# - A mask's name is the majority of its pixels in the class map. Votes cure small errors and inherit large ones.
# - Disagreement is information: decide by a rule that can be told in a sentence, and say what has no name.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Todo = una cuadrícula de clics, dos umbrales (IoU predicho, estabilidad) y NMS. De cientos de máscaras quedan unas decenas.
# - El IoU predicho es una opinión y la estabilidad, una prueba; NMS quita repeticiones, no partes.
# - El nombre de una máscara es la mayoría de sus píxeles en el mapa de clases. El voto cura errores pequeños y hereda los grandes.
# - La discrepancia es información: decide con una regla que quepa en una frase, y di lo que no tiene nombre.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 4.1 · Before the filters
#
# How many candidates does `points_per_side=12` give, before anything is filtered?

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 4.1 · Antes de los filtros
#
# ¿Cuántas candidatas da `points_per_side=12` antes de filtrar nada?

# %% tags=["solution"]
before = 12 * 12 * 3
check("4.1", before)

# %% [markdown] tags=["en"]
# ### 4.2 · The measure of NMS
#
# Write `box_iou(first, second)` for two boxes (x0, y0, x1, y1): the area that they share, over the area that they cover
# together. Mind boxes that do not touch.

# %% [markdown] tags=["es"]
# ### 4.2 · La medida de NMS
#
# Escribe `box_iou(first, second)` para dos cajas (x0, y0, x1, y1): el área que comparten entre el área que cubren juntas.
# Cuidado con las cajas que no se tocan.

# %% tags=["solution"]
def box_iou(first, second):
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    common = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return common / (sum(areas) - common)

check("4.2", box_iou)

# %% [markdown] tags=["en"]
# ### 4.3 · Count the votes
#
# Write `winner(class_map, mask)`: the **number** of the class that most pixels of the mask have.

# %% [markdown] tags=["es"]
# ### 4.3 · Cuenta los votos
#
# Escribe `winner(class_map, mask)`: el **número** de la clase que tiene la mayoría de los píxeles de la máscara.

# %% tags=["solution"]
def winner(class_map, mask):
    return np.bincount(class_map[mask]).argmax()

check("4.3", winner)

# %% [markdown] tags=["en"]
# ### 4.4 · All of one class
#
# Write `all_of(masks, class_map, number)`: of many masks (N, H, W) one mask (H, W), the union of all those whose vote, as in 4.3, gives
# that number. Then try it on `"cat"`, with `points_per_side=8` and number 8: is its IoU with `reference_mask("cat", "cat")` better than
# DeepLab's 0.93?

# %% [markdown] tags=["es"]
# ### 4.4 · Todo lo de una clase
#
# Escribe `all_of(masks, class_map, number)`: de muchas máscaras (N, H, W) una sola (H, W), la unión de todas aquellas cuyo voto, como en
# 4.3, da ese número. Después pruébala con `"cat"`, con `points_per_side=8` y el número 8: ¿es su IoU con `reference_mask("cat", "cat")`
# mejor que el 0,93 de DeepLab?

# %% tags=["solution"]
def all_of(masks, class_map, number):
    of_class = [winner(class_map, mask) == number for mask in masks]
    return masks[of_class].any(axis=0)

check("4.4", all_of)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions. Each answer explains itself.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas. Cada respuesta trae su explicación.

# %%
quiz(4)

# %%
progress(4)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - A. Kirillov and others, *Segment Anything* (2023); the appendix describes the automatic masks:
#   [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - A. Kirillov and others, *Panoptic Segmentation* (2018): every pixel a name, and every thing an outline, as a task of
#   its own: [arXiv:1801.00868](https://arxiv.org/abs/1801.00868).
# - L.-C. Chen and others, *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017):
#   [arXiv:1706.05587](https://arxiv.org/abs/1706.05587).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - A. Kirillov y otros, *Segment Anything* (2023); el apéndice describe las máscaras automáticas:
#   [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - A. Kirillov y otros, *Panoptic Segmentation* (2018): cada píxel con nombre y cada cosa con contorno, como tarea
#   propia: [arXiv:1801.00868](https://arxiv.org/abs/1801.00868).
# - L.-C. Chen y otros, *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017):
#   [arXiv:1706.05587](https://arxiv.org/abs/1706.05587).
