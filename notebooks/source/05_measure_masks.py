# %% [markdown] tags=["en"]
# # Lesson 5 · How good is a mask?
#
# "It looks right" is an opinion. In this lesson you turn it into numbers: some need nothing but the mask, others hold it
# against a reference. You will compute each of them yourself, meet a mask that the model rates 1.00 and that is
# nevertheless useless, and mend a few.
#
# ## What you will learn
#
# - to measure a mask alone: area, holes, islands, outline, stability;
# - to read the same in words, and to see it in a picture;
# - to hold a mask against a reference: IoU, Dice, precision, recall and boundary IoU, each by hand first;
# - why the IoU that SAM predicts is not the IoU that you measure;
# - which faults can be cleaned away, and which need another click.
#
# About {minutes} minutes. You need: lesson 2 (SAM's three candidates) and lesson 3 (DeepLab).

# %% [markdown] tags=["es"]
# # Lección 5 · ¿Qué tan buena es una máscara?
#
# «Se ve bien» es una opinión. En esta lección la conviertes en números: a unos les basta con la máscara y otros la
# comparan con una referencia. Calcularás cada uno por tu cuenta, conocerás una máscara a la que el modelo pone un 1,00 y
# que aun así no sirve, y repararás unas cuantas.
#
# ## Qué vas a aprender
#
# - a medir una máscara sola: área, agujeros, islas, contorno, estabilidad;
# - a leer lo mismo en palabras y a verlo en una imagen;
# - a comparar una máscara con una referencia: IoU, Dice, precisión, exhaustividad e IoU de borde, primero a mano;
# - por qué el IoU que predice SAM no es el IoU que mides tú;
# - qué defectos se pueden limpiar y cuáles piden otro clic.
#
# Unos {minutes} minutos. Necesitas: la lección 2 (las tres candidatas de SAM) y la lección 3 (DeepLab).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import numpy as np
import supervision as sv

from segwidgets import ClickSegmenter, Prompt, Segmenter, clean, compare, diagnose
from segwidgets import measure, segment_semantic
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start

start(5, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · Three masks, and nobody to ask
#
# The workshop's click on Chelsea's nose, at (250, 170), and SAM's three answers.

# %% [markdown] tags=["es"]
# ## 1 · Tres máscaras y nadie a quien preguntar
#
# El clic del taller en la nariz de Chelsea, en (250, 170), y las tres respuestas de SAM.

# %%
segmenter = Segmenter("cat")
photo = segmenter.image
candidates = segmenter.predict(Prompt([(250, 170)])).choose(1)
titles = [f"{i}: {iou:.2f}" for i, iou in enumerate(candidates.predicted_iou)]
show(*[draw(photo, m, candidates.prompt) for m in candidates.masks], titles=titles)

# %% [markdown] tags=["en", "alt"]
# Three masks of one click on a cat's nose. Mask 0, rated 0.96, covers the upper face and
# has a frayed edge; mask 1, rated 1.00, covers the cat; mask 2, rated 0.92, covers nearly the whole photo.

# %% [markdown] tags=["es", "alt"]
# Tres máscaras de un mismo clic en la nariz de una gata. La máscara 0, con 0,96, cubre la parte de arriba
# de la cara y tiene el borde deshilachado; la 1, con 1,00, cubre la gata; la 2, con 0,92, casi toda la foto.

# %% [markdown] tags=["en"]
# The number in each title is SAM's own opinion, the *predicted IoU*. All three are above 0.9: judging by that alone, you
# would take any of them.
#
# **Predict.** Which of the three has the most holes? Which comes closest to a disk, and which has the fewest dents?
#
# **Measure.** `measure` needs no reference. It counts what can be counted on the mask itself.

# %% [markdown] tags=["es"]
# El número de cada título es la opinión de SAM, el *IoU predicho*. Los tres pasan de 0,9: si solo te fijaras en eso,
# te quedarías con cualquiera.
#
# **Predice.** ¿Cuál de las tres tiene más agujeros? ¿Cuál se parece más a un disco y cuál tiene menos entrantes?
#
# **Mide.** `measure` no necesita referencia: cuenta lo que se puede contar en la propia máscara.

# %%
pairs = zip(candidates.masks, candidates.low_res_logits)
measures = [measure(mask, low_res_logits=logits) for mask, logits in pairs]
for name in ("area_px", "area_share", "holes", "hole_px", "islands", "compactness",
             "solidity", "border_contact", "stability_score"):
    print(f"{name:<16}", *[f"{round(getattr(m, name), 2):>9}" for m in measures])

# %% [markdown] tags=["en"]
# **Explain.** One column for each mask.
#
# - `holes` are gaps that the mask encloses; `islands` are pieces apart from the largest one. Mask 1 has 5 holes that
#   together make 6 pixels; masks 0 and 2 are riddled with them.
# - `compactness` is 4π · area / perimeter²: 1 for a disk, near 0 for anything frayed. Only mask 1 has a calm outline.
# - `solidity` is the area over that of the convex hull, the shape that a rubber band around the mask would take. Here
#   **mask 2 wins, and it is the worst of the three**: what fills the whole photo has hardly any dents. A good number
#   alone proves nothing.
# - `border_contact` is the share of the photo's rim that the mask covers. Mask 2 takes more than half of it, as
#   backgrounds do.
# - `stability_score` asks how much of the mask stays when the threshold moves a little. Of mask 0, less than half does.

# %% [markdown] tags=["es"]
# **Explica.** Una columna por máscara.
#
# - `holes` son los huecos que la máscara encierra (agujeros); `islands`, los trozos separados del mayor (islas). La
#   máscara 1 tiene 5 agujeros que suman 6 píxeles; la 0 y la 2 están acribilladas.
# - `compactness` es 4π · área / perímetro²: 1 para un disco, casi 0 para lo deshilachado. Solo la máscara 1 tiene un
#   contorno tranquilo.
# - `solidity` es el área entre la de la envolvente convexa, la forma que tomaría una banda elástica alrededor de la
#   máscara. Aquí **gana la máscara 2, y es la peor de las tres**: lo que llena toda la foto apenas tiene entrantes. Un buen
#   número, por sí solo, no demuestra nada.
# - `border_contact` es la parte del marco de la foto que cubre la máscara. La máscara 2 ocupa más de la mitad, como
#   suelen hacer los fondos.
# - `stability_score` pregunta cuánta máscara queda cuando el umbral se mueve un poco. De la 0 queda menos de la mitad.

# %% [markdown] tags=["en"]
# ## 2 · What is a hole?
#
# It sounds like a silly question until you have to write it down. **Predict.** How many pieces and how many holes
# does this little mask have? White is mask.

# %% [markdown] tags=["es"]
# ## 2 · ¿Qué es un agujero?
#
# Parece una pregunta tonta hasta que hay que escribirla en código. **Predice.** ¿Cuántos trozos y cuántos agujeros
# tiene esta máscara pequeña? Lo blanco es máscara.

# %%
rows = ["..............", ".####....####.", ".#..#....#....", ".#..#....#....",
        ".####.#..####.", ".....#.#......", "......#.......", ".............."]
tiny = np.array([list(row) for row in rows]) == "#"
show(tiny, width=420, titles=L("14 × 8 pixels", "14 × 8 píxeles"))
print(measure(tiny).components, measure(tiny).holes)

# %% [markdown] tags=["en", "alt"]
# A mask of a few large pixels: a closed ring, a diamond of four pixels that touch at their corners and touch a corner of the
# ring, and a letter C that is open to the right.

# %% [markdown] tags=["es", "alt"]
# Una máscara de pocos píxeles, muy ampliada: un anillo cerrado, un rombo de cuatro píxeles que se tocan por las esquinas
# y tocan una esquina del anillo, y una letra C abierta hacia la derecha.

# %% [markdown] tags=["en"]
# **Explain.** Two pieces and two holes. The diamond's pixels touch only at their corners, and so do the diamond and the ring;
# in a mask that counts as connected (*8-connectivity*). Background pixels must share an edge to be connected
# (*4-connectivity*), or the background would slip out between the diamond's pixels and there would be one hole less. The C is no
# hole: its inside can walk out. So, by hand: label the regions of the background, and strike out those that reach the rim.

# %% [markdown] tags=["es"]
# **Explica.** Dos trozos y dos agujeros. Los píxeles del rombo solo se tocan por las esquinas, igual que el rombo y el
# anillo; en una máscara eso cuenta como estar unidos (*8-conectividad*). El fondo tiene que compartir un lado
# (*4-conectividad*); si no, se escaparía entre los píxeles del rombo y habría un agujero menos. La C no es un agujero: lo
# de dentro puede salir. Así que, a mano: numera las regiones del fondo y tacha las que llegan al marco.

# %%
from skimage.measure import label

def count_holes(mask):
    regions = label(~mask, connectivity=1)  # 1: over edges only || 1: solo por los lados
    rim = np.concatenate([regions[0], regions[-1], regions[:, 0], regions[:, -1]])
    return len(set(regions[~mask]) - set(rim))

print(count_holes(tiny), [count_holes(mask) for mask in candidates.masks])

# %% [markdown] tags=["en"]
# The same counts as `measure` gave for the three masks. Now let the package say them in words.

# %% [markdown] tags=["es"]
# Los mismos números que dio `measure` para las tres máscaras. Ahora, que el paquete lo diga en palabras.

# %%
diagnoses = diagnose(candidates, lang=L("en", "es"))
for diagnosis in diagnoses:
    print(diagnosis.title)
print()
print("\n".join(diagnoses[0].faults))

# %% [markdown] tags=["en"]
# `diagnose` has no truth either. It takes the mask that was chosen (number 1, by us) as the measure of the
# others, and calls holes of less than a ten-thousandth of the photo *specks*: that is why it speaks of 7 holes where
# you counted 65. Its last sentence about mask 0 is the warning to take with you.
#
# The same as a picture: `DefectAnnotator` marks holes and islands, and, where it is given a reference, what leaks and
# what is missing. The shares beneath are of the whole photo, not of the mask.

# %% [markdown] tags=["es"]
# `diagnose` tampoco conoce la verdad. Toma la máscara elegida (la 1, por nosotros) como medida de las demás, y
# llama *motas* a los agujeros de menos de una diezmilésima de la foto: por eso habla de 7 agujeros donde tú contaste 65. La
# última frase sobre la máscara 0 es la advertencia con la que conviene quedarse.
#
# Lo mismo en imagen: `DefectAnnotator` marca agujeros e islas y, si le das una referencia, también lo que se fuga y lo que
# falta. Los porcentajes de debajo son de toda la foto, no de la máscara.

# %%
from segwidgets.annotators import DefectAnnotator

found = candidates.to_detections()
grain = DefectAnnotator(lang=L("en", "es")).annotate(photo, found[[0]])
leaks = DefectAnnotator(candidates.masks[1], lang=L("en", "es")).annotate(photo, found[[2]])
titles = L(["Mask 0 is grainy", "Mask 2 leaks beyond mask 1"],
           ["La máscara 0 es granulosa", "La máscara 2 se fuga más allá de la 1"])
show(grain, leaks, titles=titles)

# %% [markdown] tags=["en", "alt", "cover"]
# The cat in grey, twice. Left, mask 0 with a yellow hole at the pupil and specks along its lower edge; right, everything
# that mask 2 covers beyond mask 1, in orange: the room on the right.

# %% [markdown] tags=["es", "alt", "cover"]
# La gata en gris, dos veces. A la izquierda, la máscara 0 con un agujero amarillo en la pupila y motas a lo largo de su borde inferior; a la
# derecha, en naranja, todo lo que la máscara 2 cubre más allá de la 1: la habitación de la derecha.

# %% [markdown] tags=["en"]
# ## 3 · Against a reference
#
# To know whether a mask is *right*, somebody has to say what right is. This course has reference masks of a few objects.
# Honestly: they were drawn with SAM's help (a box and several points), mended by hand where SAM erred, and each was
# accepted by eye. So they are good for finding faults that you can see, but along the finest edges they repeat SAM's own
# taste.

# %% [markdown] tags=["es"]
# ## 3 · Frente a una referencia
#
# Para saber si una máscara es *correcta*, alguien tiene que decir qué es lo correcto. Este curso trae máscaras de
# referencia de unos cuantos objetos. Con franqueza: se dibujaron con ayuda de SAM (una caja y varios puntos), se
# corrigieron a mano donde SAM se equivocaba y cada una se aceptó a ojo. Sirven para encontrar defectos que se ven, pero
# en los bordes más finos repiten el gusto del propio SAM.

# %%
reference = reference_mask("cat", "cat")
mask = candidates.masks[1]
common, either = (mask & reference).sum(), (mask | reference).sum()
leak, miss = (mask & ~reference).sum(), (reference & ~mask).sum()
print(common, either, leak, miss)

# %% [markdown] tags=["en"]
# With four counts everything else follows. *IoU* (intersection over union) divides what both have by what either has.
# *Dice* divides twice the intersection by the sum of the two areas. *Precision* asks how much of the mask is right,
# *recall* how much of the object was found.

# %% [markdown] tags=["es"]
# Con estas cuatro cuentas sale todo lo demás. El *IoU* (intersección sobre unión) divide lo que tienen las dos entre lo que tiene
# alguna. *Dice* divide el doble de la intersección entre la suma de las dos áreas. La *precisión* pregunta qué
# parte de la máscara es correcta; la *exhaustividad* (recall), qué parte del objeto se encontró.

# %%
iou = common / either
dice = 2 * common / (mask.sum() + reference.sum())
precision, recall = common / mask.sum(), common / reference.sum()
held = compare(mask, reference)
by_hand = [iou, dice, precision, recall]
print(by_hand == [held.iou, held.dice, held.precision, held.recall])
print(f"IoU {iou:.4f}  Dice {dice:.4f}  precision {precision:.4f}  recall {recall:.4f}")

# %% [markdown] tags=["en"]
# Equal to the last digit: there is no more to these four numbers in `compare` than that.
#
# **Predict.** Mask 0 is a part of the cat, mask 2 the cat and much else. Which has the precision of 1, and which the recall?

# %% [markdown] tags=["es"]
# Iguales hasta el último dígito: detrás de estos cuatro números de `compare` no hay nada más.
#
# **Predice.** La máscara 0 es una parte de la gata; la 2, la gata y mucho más. ¿Cuál tiene precisión 1 y cuál
# exhaustividad 1?

# %%
for i, candidate in enumerate(candidates.masks):
    held = compare(candidate, reference)
    print(f"{i}  IoU {held.iou:.3f}  Dice {held.dice:.3f}", end="  ")
    print(f"precision {held.precision:.3f}  recall {held.recall:.3f}")

# %% [markdown] tags=["en"]
# **Explain.** Mask 0 takes nothing that is not cat (precision 1.000) but finds only two thirds of her; mask 2 finds all of
# her (recall 1.000) and a quarter of it is not cat. Either number alone can be had for free: one pixel on the nose
# has precision 1, the whole photo has recall 1. IoU and Dice punish both mistakes, and rank two masks in the
# same order, since Dice = 2 · IoU / (1 + IoU). (Means over many photos may differ: Dice is kinder to bad masks.)
# Of one mask, Dice is the higher number of the two: so ask which of them a paper reports.

# %% [markdown] tags=["es"]
# **Explica.** La máscara 0 no toma nada que no sea gata (precisión 1,000), pero solo encuentra dos tercios de ella; la 2 la
# encuentra entera (exhaustividad 1,000), y una cuarta parte de la máscara no es gata. Cada número por separado sale gratis: un
# píxel en la nariz tiene precisión 1 y la foto entera tiene exhaustividad 1. IoU y Dice castigan los dos errores
# y ordenan igual dos máscaras, porque Dice = 2 · IoU / (1 + IoU). (Las medias de muchas fotos pueden diferir: Dice trata mejor a
# las máscaras malas.) De una misma máscara, Dice es el número más alto de los dos: pregunta siempre cuál de ellos da un artículo.

# %% [markdown] tags=["en"]
# ## 4 · What IoU does not see
#
# **Predict.** Push the cat's reference 3 pixels to the right and hold it against itself. Do the same with the reference of
# a coin, whose area is 32 times smaller. Which IoU drops more?

# %% [markdown] tags=["es"]
# ## 4 · Lo que el IoU no ve
#
# **Predice.** Desplaza la referencia de la gata 3 píxeles a la derecha y compárala consigo misma. Haz lo mismo con la
# de una moneda, que tiene un área 32 veces menor. ¿Cuál de los dos IoU baja más?

# %%
coin = reference_mask("coins", "coin_right")
for name, truth in (("cat", reference), ("coin", coin)):
    held = compare(np.roll(truth, 3, axis=1), truth)
    print(f"{name:<5}{truth.sum():>7} px  IoU {held.iou:.3f}", end="  ")
    print(f"boundary IoU {held.boundary_iou:.3f}")

# %% [markdown] tags=["en"]
# **Explain.** It is the same mistake at the edge, but a large object has so much inside that IoU hardly notices: 0.98 for
# the cat, 0.89 for the coin. *Boundary IoU* (Cheng and others, 2021) therefore compares only a band along the inside of the
# two outlines, 2 % of the photo's diagonal wide; it falls to 0.79 and 0.75. By hand: *erode* the mask (a pixel stays if
# its eight neighbours are mask too) as many times as the band is wide, and take away what is left.

# %% [markdown] tags=["es"]
# **Explica.** El error en el borde es el mismo, pero un objeto grande tiene tanto interior que el IoU apenas lo nota:
# 0,98 la gata, 0,89 la moneda. Por eso el *IoU de borde* (boundary IoU; Cheng y otros, 2021) solo compara una franja por dentro de los dos
# contornos, con un ancho del 2 % de la diagonal de la foto; baja a 0,79 y 0,75. A mano: *erosiona* la máscara
# (un píxel se queda si sus ocho vecinos también son máscara) tantas veces como píxeles de ancho tenga la franja, y quita lo que queda.

# %%
def erode(mask):
    (height, width), padded = mask.shape, np.pad(mask, 1)
    steps = [(y, x) for y in range(3) for x in range(3)]
    return np.all([padded[y : y + height, x : x + width] for y, x in steps], axis=0)

def band(mask, width):
    inside = mask
    for _ in range(width):
        inside = erode(inside)
    return mask & ~inside

# %% [markdown] tags=["en"]
# The photo's diagonal is 542 pixels, so the band is 11 wide.

# %% [markdown] tags=["es"]
# La diagonal de la foto mide 542 píxeles, así que la franja tiene 11 de ancho.

# %%
width = round(0.02 * np.hypot(*photo.shape[:2]))
ours, theirs = band(mask, width), band(reference, width)
boundary_iou = (ours & theirs).sum() / (ours | theirs).sum()
print(width, boundary_iou == compare(mask, reference).boundary_iou)
show(ours, theirs, titles=L(["Mask 1's band", "The reference's"],
                            ["La franja de la máscara 1", "La de la referencia"]))

# %% [markdown] tags=["en", "alt"]
# Two white bands on black along the cat's outline. Mask 1's shows a white square of its own
# on the right, and a tongue at the lower right, that the reference's lacks.

# %% [markdown] tags=["es", "alt"]
# Dos franjas blancas sobre negro a lo largo del contorno de la gata. La de la máscara 1 tiene además un cuadrado
# blanco suelto a la derecha y una lengüeta abajo a la derecha que la referencia no tiene.

# %% [markdown] tags=["en"]
# Equal again. But what is the small square in mask 1's band? Mask 1 has a hole of one pixel in the cat's eye, at x = 312, y = 119; it
# is one of the five that `measure` counted. **Predict.** That pixel is one of a hundred thousand. How much does each IoU
# gain if you fill it?

# %% [markdown] tags=["es"]
# Otra vez iguales. Pero ¿qué es el cuadradito de la franja de la máscara 1? Esta tiene un agujero de un píxel en el ojo de la gata, en x = 312,
# y = 119; es uno de los cinco que contó `measure`. **Predice.** Es un píxel entre cien mil. ¿Cuánto gana cada IoU si lo
# rellenas?

# %%
filled = mask.copy()
filled[119, 312] = True
for version in (mask, filled):
    held = compare(version, reference)
    print(f"IoU {held.iou:.4f}  boundary IoU {held.boundary_iou:.4f}")

# %% [markdown] tags=["en"]
# **Explain.** IoU moves by less than its fourth decimal shows; boundary IoU leaps by 0.03. A hole of one pixel has a boundary
# too, and the band around it is 23 × 23 pixels. So a fine measure has whims of its own: look at the picture
# before you trust the number, and clean a mask before you compare its boundary.

# %% [markdown] tags=["es"]
# **Explica.** El IoU no se mueve ni en el cuarto decimal; el IoU de borde salta 0,03. Un agujero de un píxel también
# tiene borde, y la franja a su alrededor mide 23 × 23 píxeles. Una medida fina tiene sus propios caprichos: mira la imagen
# antes de fiarte del número y limpia la máscara antes de comparar su borde.

# %% [markdown] tags=["en"]
# ## 5 · Predicted and measured
#
# How true is the IoU that SAM predicts? Eight objects on six photos, each with its reference. For each object one
# click, as deep inside the reference as possible; then the prediction is held against the measurement.

# %% [markdown] tags=["es"]
# ## 5 · Lo predicho y lo medido
#
# ¿Qué tan cierto es el IoU que predice SAM? Ocho objetos de seis fotos, cada uno con su referencia. Para cada objeto, un
# clic lo más adentro posible de la referencia; después se compara la predicción con la medida.

# %%
from segwidgets.semantic import deepest_point

objects = [("cat", "cat"), ("astronaut", "person"), ("astronaut", "helmet"),
           ("motorcycle", "motorcycle"), ("coffee", "cup"),
           ("coffee", "cup_with_saucer"), ("grace_hopper", "person"),
           ("camera", "photographer")]
segmenters = {name: Segmenter(name) for name in dict(objects)}
truths = {(photo, name): reference_mask(photo, name) for photo, name in objects}

# %% [markdown] tags=["en"]
# **Predict.** Of each click's three masks take the one that SAM rates highest. How often will the measured IoU be within 0.05 of
# the predicted one?
#
# **Measure.** Predicted, measured, and in brackets the best that any of the three would have reached.

# %% [markdown] tags=["es"]
# **Predice.** De las tres máscaras de cada clic, toma la que SAM puntúa más alto. ¿Cuántas veces quedará el IoU medido a
# menos de 0,05 del predicho?
#
# **Mide.** El predicho, el medido y, entre paréntesis, lo mejor que habría alcanzado alguna de las tres.

# %%
answers = {}
for (name, thing), truth in truths.items():
    answer = segmenters[name].predict(Prompt([deepest_point(truth)]))
    ious = [compare(candidate, truth).iou for candidate in answer.masks]
    top = answer.predicted_iou.argmax()
    print(f"{name:<14}{thing:<16}{answer.predicted_iou[top]:.2f}", end="  ")
    print(f"{ious[top]:.2f}  ({max(ious):.2f})")
    answers[name, thing] = answer.choose(int(top))

# %% [markdown] tags=["en"]
# Three times out of eight. Here are two of the other five, both of which SAM was sure of.

# %% [markdown] tags=["es"]
# Tres de ocho veces. Aquí van dos de las otras cinco, y de las dos SAM estaba seguro.

# %%
sure = [("grace_hopper", "person"), ("camera", "photographer")]
pictures = [draw(segmenters[key[0]].image, answers[key].best_mask, answers[key].prompt)
            for key in sure]
titles = L(["Rated 1.00, IoU 0.02", "Rated 0.99, IoU 0.75"],
           ["Predicho 1,00, IoU 0,02", "Predicho 0,99, IoU 0,75"])
show(*[picture[:512] for picture in pictures], width=580, titles=titles)

# %% [markdown] tags=["en", "alt"]
# Left: Grace Hopper in uniform; only the small triangle of white shirt under her collar is marked. Right: a photographer with his
# camera; the lower left of his coat is not marked.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, Grace Hopper de uniforme: solo está marcado el pequeño triángulo de camisa blanca bajo el cuello. A la
# derecha, un fotógrafo con su cámara: la parte inferior izquierda del abrigo no está marcada.

# %% [markdown] tags=["en"]
# **Explain.** The click on Grace Hopper fell on her shirt, and the shirt is outlined to perfection. It is not what *we*
# meant. That is the gap: predicted IoU asks "is this a well-cut thing?", measured IoU asks "is it the thing you meant?",
# and only you know what you meant. Where SAM guesses the meaning, as with the cat, the astronaut and the saucer, the
# two nearly agree. The photographer is another matter: part of his coat is simply missing, and SAM did not notice.

# %% [markdown] tags=["es"]
# **Explica.** El clic en Grace Hopper cayó en la camisa, y la camisa está recortada a la perfección. Pero no es lo que *nosotros*
# queríamos. Ahí está la diferencia: el IoU predicho pregunta «¿es esto una cosa bien recortada?»; el medido, «¿es la cosa
# que querías?», y eso solo lo sabes tú. Donde SAM adivina la intención, como con la gata, la astronauta y la taza con plato, los
# dos casi coinciden. El fotógrafo es otra historia: le falta parte del abrigo, y SAM no se dio cuenta.

# %% [markdown] tags=["en"]
# ## 6 · SAM, DeepLab and a filled box
#
# A comparison is fair only if there is something simple to beat. So three contestants: SAM with the object's box as its
# prompt; DeepLab's class; and the box itself, filled. SAM and the filled box get the box from the reference,
# which is more help than DeepLab has.
#
# **Predict.** How many of the five rounds does SAM win?

# %% [markdown] tags=["es"]
# ## 6 · SAM, DeepLab y una caja rellena
#
# Una comparación solo es justa si hay algo sencillo que superar. Así que hay tres concursantes: SAM, con la caja del
# objeto como indicación; la clase de DeepLab; y la propia caja, rellena. SAM y la caja rellena reciben la caja de la
# referencia, una ayuda que DeepLab no tiene.
#
# **Predice.** ¿Cuántas de las cinco rondas gana SAM?

# %%
classes = {("cat", "cat"): "cat", ("astronaut", "person"): "person",
           ("motorcycle", "motorcycle"): "motorbike",
           ("grace_hopper", "person"): "person", ("camera", "photographer"): "person"}
finals = {}
print(f"{'':<14}{'IoU':^32}{'boundary IoU':^32}")
print(" " * 14 + L("   SAM 1   SAM 3 DeepLab     box", "   SAM 1   SAM 3 DeepLab    caja") * 2)
for (name, thing), class_name in classes.items():
    truth, box = truths[name, thing], measure(truths[name, thing]).box
    filled = np.zeros_like(truth)
    filled[box[1] : box[3], box[0] : box[2]] = True
    sam = segmenters[name].predict(Prompt(box=box)).best_mask
    three = segmenters[name].predict(Prompt(box=box), multimask=True)
    rated = three.masks[three.predicted_iou.argmax()]
    deeplab = segment_semantic(segmenters[name].image).mask(class_name)
    finals[name] = sam, deeplab
    held = [compare(answer, truth) for answer in (sam, rated, deeplab, filled)]
    scores = [h.iou for h in held] + [h.boundary_iou for h in held]
    print(f"{name:<14}" + "".join(f"{score:8.3f}" for score in scores))

# %% [markdown] tags=["en"]
# **Explain.** *SAM 1* is the single mask that SAM gives for a box (its fourth output, lesson 2), *SAM 3* the best rated of its three. By IoU
# each beats DeepLab in three rounds of five, but not in the same three: the single mask takes the cat and leaves Grace Hopper to
# DeepLab, with the best rated it is the other way round. Who says "SAM wins" must say which of its masks was held against the reference.
# The photographer goes to DeepLab either way.
#
# By boundary IoU both win four rounds: SAM's edges are the finer ones, although our references, drawn with its help, are kind to it
# there. And look at the filled box: an IoU of 0.84 for nothing at all, because the cat fills her box. A number means little until you
# know what a simple guess would get.
#
# What happened with the photographer?

# %% [markdown] tags=["es"]
# **Explica.** *SAM 1* es la única máscara que SAM da para una caja (su cuarta salida, lección 2), y *SAM 3* la mejor valorada de sus tres. Por
# IoU, cada una le gana a DeepLab tres rondas de cinco, pero no las mismas tres: la única se lleva la gata y le deja Grace Hopper a DeepLab, y
# con la mejor valorada es al revés. Quien diga «gana SAM» tiene que decir cuál de sus máscaras comparó con la referencia. El fotógrafo es
# para DeepLab de las dos maneras.
#
# Por IoU de borde, las dos ganan cuatro rondas: los bordes de SAM son más finos, aunque nuestras referencias, dibujadas con su ayuda, ahí lo
# favorecen. Y fíjate en la caja rellena: un IoU de 0,84 por no hacer nada, porque la gata llena su caja. Un número dice poco mientras no
# sepas cuánto sacaría una suposición sencilla.
#
# ¿Qué pasó con el fotógrafo?

# %%
camera, truth = segmenters["camera"].image, truths["camera", "photographer"]
painter = DefectAnnotator(truth, lang=L("en", "es"))
both = np.stack(finals["camera"])
found = sv.Detections(sv.mask_to_xyxy(both), both)
show(*[painter.annotate(camera, found[[i]]) for i in range(2)], width=600,
     titles=L(["SAM loses part of the coat", "DeepLab finds a hand"],
              ["SAM pierde parte del abrigo", "DeepLab halla una mano"]))

# %% [markdown] tags=["en", "alt"]
# The photographer in grey, twice. Left, SAM's mask: the lower left of the coat and the forearm are marked as missing. Right,
# DeepLab's mask: a forearm is missing, thin leaks run along the outline, and a patch right of the camera is marked as an island.

# %% [markdown] tags=["es", "alt"]
# El fotógrafo en gris, dos veces. A la izquierda, la máscara de SAM: la parte inferior izquierda del abrigo y el antebrazo figuran como
# faltantes. A la derecha, la de DeepLab: falta un antebrazo, hay fugas delgadas junto al contorno y una mancha a la derecha de la cámara
# figura como isla.

# %% [markdown] tags=["en"]
# **Explain.** Orange is leak, blue is missing. SAM drops a dark part of the coat: where an edge of cloth looks like an outline, it does
# not know that you want a person. DeepLab does. Both miss a forearm, and what of the
# pink patch to the right of the camera? Zoom into the photo: it is his gloved hand. DeepLab found it, and *our
# reference forgot it*. Somebody draws every reference; when a number surprises you, suspect the reference as well.

# %% [markdown] tags=["es"]
# **Explica.** En naranja, lo que se fuga; en azul, lo que falta. SAM pierde una parte oscura del abrigo: donde un borde de tela parece
# un contorno, no sabe que quieres una persona. DeepLab sí. A los dos les falta un antebrazo, ¿y la mancha
# rosa a la derecha de la cámara? Amplía la foto: es la mano enguantada. DeepLab la encontró y *nuestra
# referencia la olvidó*. Toda referencia la dibujó alguien; cuando un número te sorprenda, sospecha también de ella.

# %% [markdown] tags=["en"]
# ## 7 · Mending, and what it gains
#
# `clean` fills holes and drops islands smaller than 5 % of the largest piece. **Predict.** Mask 0 has 65 holes and 59
# islands. How much IoU is gained by cleaning it, and how much by the second click, at (55, 244), that `diagnose` suggests?

# %% [markdown] tags=["es"]
# ## 7 · Reparar, y qué se gana
#
# `clean` rellena los agujeros y elimina las islas menores que el 5 % del trozo mayor. **Predice.** La máscara 0 tiene 65 agujeros y 59 islas.
# ¿Cuánto IoU se gana al limpiarla, y cuánto con el segundo clic, en (55, 244), que propone `diagnose`?

# %%
print(diagnoses[0].likely_prompt)
ragged = candidates.masks[0]
second = segmenter.predict(Prompt([(250, 170), (55, 244)])).best_mask
for version in (ragged, clean(ragged), second, clean(second)):
    m, held = measure(version), compare(version, reference)
    print(f"{m.holes:>2} {m.islands:>2}  IoU {held.iou:.3f}", end="  ")
    print(f"boundary IoU {held.boundary_iou:.3f}")

# %% [markdown] tags=["en"]
# **Explain.** Each line: holes, islands and the two IoUs, for mask 0 as it came and cleaned, then for the second click
# as it came and cleaned. Filling 65 holes and dropping 59 islands gains less than 0.01 of IoU: they caught the eye, but were small. What
# mask 0 lacks is a third of the cat, and no cleaning invents it; one more click finds it. After that, cleaning pays at the edge:
# boundary IoU rises from 0.82 to 0.85.

# %% [markdown] tags=["es"]
# **Explica.** En cada línea, agujeros, islas y los dos IoU: de la máscara 0 tal como llegó y limpia, y después de la del segundo
# clic, tal como llegó y limpia. Rellenar 65 agujeros y quitar 59 islas gana menos de 0,01 de IoU: llamaban la atención,
# pero eran pequeños. A la máscara 0 le falta un tercio de la gata, y eso no lo inventa ninguna limpieza; otro clic, sí.
# Después, limpiar rinde en el borde: el IoU de borde sube de 0,82 a 0,85.

# %%
grey = DefectAnnotator(reference, lang=L("en", "es"))
versions = np.stack([clean(ragged), second])
found = sv.Detections(sv.mask_to_xyxy(versions), versions)
titles = L(["Cleaned: a third is missing", "A second click finds it"],
           ["Limpia: falta un tercio", "Un segundo clic lo encuentra"])
show(*[grey.annotate(photo, found[[i]]) for i in range(2)], width=700, titles=titles)
print([round(compare(version, reference).miss_share, 3) for version in versions])

# %% [markdown] tags=["en", "alt"]
# The cat in grey, twice. Blue marks what is missing: left, after cleaning, the whole lower part and an eye; right, after the
# second click, next to nothing, but an orange patch leaks under the chin.

# %% [markdown] tags=["es", "alt"]
# La gata en gris, dos veces. El azul marca lo que falta: a la izquierda, tras limpiar, toda la parte de abajo y un ojo; a la
# derecha, tras el segundo clic, casi nada, aunque una mancha naranja se fuga bajo la barbilla.

# %% [markdown] tags=["en"]
# One warning. `clean` cannot know which holes are faults. The motorcycle's reference has one true hole, between the fork and the
# front wheel, through which you see what is behind.

# %% [markdown] tags=["es"]
# Una advertencia. `clean` no puede saber qué agujeros son defectos. La referencia de la moto tiene un agujero de verdad, entre
# la horquilla y la rueda delantera, por el que se ve el fondo.

# %%
motorcycle = truths["motorcycle", "motorcycle"]
print(measure(motorcycle).holes, measure(motorcycle).hole_px)
print(round(compare(clean(motorcycle), motorcycle).iou, 3))
print(round(compare(clean(motorcycle, max_hole_px=100), motorcycle).iou, 3))

# %% [markdown] tags=["en"]
# Cleaning a mask that was right made it worse; with `max_hole_px=100` only small holes are filled, and nothing is lost.
# Measure before *and* after you mend.

# %% [markdown] tags=["es"]
# Limpiar una máscara que estaba bien la empeoró; con `max_hole_px=100` solo se rellenan los agujeros pequeños y no se
# pierde nada. Mide antes *y* después de reparar.

# %% [markdown] tags=["en"]
# ## Recap
#
# - Alone, a mask can be counted: area, holes, islands, outline, border, stability. No single number settles it.
# - Against a reference: precision falls with leaks, recall with misses; IoU and Dice punish both and rank two masks alike.
# - Boundary IoU looks only at the edges: stricter for large objects, and startled by single pixels.
# - Predicted IoU says that a thing is well cut out; whether it is the thing you meant, only a reference or you can say.
# - `clean` mends grain. A wrong meaning takes another prompt.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - De una máscara sola se puede contar: área, agujeros, islas, contorno, contacto con el marco, estabilidad. Ningún número basta
#   por sí solo.
# - Frente a una referencia: la precisión baja con las fugas y la exhaustividad con lo que falta; IoU y Dice castigan ambas cosas y
#   ordenan igual dos máscaras.
# - El IoU de borde solo mira los bordes: es más severo con los objetos grandes y se asusta por un solo píxel.
# - El IoU predicho dice que algo está bien recortado; si es lo que querías, solo lo dice una referencia, o tú.
# - `clean` repara el grano. Una intención mal entendida pide otra indicación.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 5.1 · Dice
#
# Write a function that returns the Dice index of two boolean masks, without `compare`. It will be tried on masks of its own.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 5.1 · Dice
#
# Escribe una función que devuelva el índice de Dice de dos máscaras booleanas, sin usar `compare`. Se probará con otras
# máscaras.

# %% tags=["solution"]
def dice_of(mask, reference):
    L(
        """Return Dice's index of two boolean masks.""",
        """Devuelve el índice de Dice de dos máscaras booleanas.""",
    )
    return 2 * (mask & reference).sum() / (mask.sum() + reference.sum())

check("5.1", dice_of)

# %% [markdown] tags=["en"]
# ### 5.2 · DeepLab's leak
#
# What share of DeepLab's cat lies outside the reference? Give a number from 0 to 1.

# %% [markdown] tags=["es"]
# ### 5.2 · La fuga de DeepLab
#
# ¿Qué parte de la gata de DeepLab queda fuera de la referencia? Da un número de 0 a 1.

# %%
named = segment_semantic(photo).mask("cat")
print(named.sum(), reference.sum())

# %% tags=["solution"]
leak_share = (named & ~reference).sum() / named.sum()
check("5.2", leak_share)

# %% [markdown] tags=["en"]
# ### 5.3 · Keep the largest
#
# Write a function that returns a mask with only the largest piece of the one that it is given: islands go, holes stay as they are.
# `label(mask, connectivity=2)` numbers the pieces, corners included.

# %% [markdown] tags=["es"]
# ### 5.3 · Quédate con el mayor
#
# Escribe una función que devuelva una máscara solo con el trozo mayor de la que recibe: las islas se van y los agujeros se quedan como
# están. `label(mask, connectivity=2)` numera los trozos, esquinas incluidas.

# %% tags=["solution"]
def keep_largest(mask):
    L(
        """Return only the largest piece of a boolean mask.""",
        """Devuelve solo el trozo mayor de una máscara booleana.""",
    )
    regions = label(mask, connectivity=2)
    areas = np.bincount(regions.ravel())
    areas[0] = 0  # the background is no piece || el fondo no es un trozo
    return regions == areas.argmax()

check("5.3", keep_largest)

# %% [markdown] tags=["en"]
# ### 5.4 · Mend the astronaut
#
# One click on the suit gives a good astronaut, and with her a few patches of the black helmet. Hand in a mask of the
# astronaut, without the helmet in front of her, that has an IoU of 0.98 or more, no holes and no islands: by code, by
# clicks, or both.

# %% [markdown] tags=["es"]
# ### 5.4 · Repara a la astronauta
#
# Un clic en el traje da una buena astronauta y, con ella, algunas manchas del casco negro. Entrega una máscara de la astronauta, sin el
# casco que tiene delante, con un IoU de 0,98 o más, sin agujeros y sin islas: con código, con clics o con ambos.

# %%
astronaut = ClickSegmenter("astronaut", lang=L("en", "es"))
astronaut.add_point(172, 338)
print(measure(astronaut.mask).holes, measure(astronaut.mask).islands)
astronaut

# %% [markdown] tags=["en", "alt"]
# The astronaut with one green click on her suit; a blue mask covers her, and a few patches on the black helmet before her.

# %% [markdown] tags=["es", "alt"]
# La astronauta con un clic verde en el traje; una máscara azul la cubre a ella y unas manchas en el casco negro que tiene delante.

# %% tags=["solution"]
repaired = clean(astronaut.mask)
check("5.4", repaired)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions; each answer explains itself.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas; cada respuesta trae su explicación.

# %%
quiz(5)

# %%
progress(5)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - B. Cheng and others, *Boundary IoU: Improving Object-Centric Image Segmentation Evaluation* (2021):
#   [arXiv:2103.16562](https://arxiv.org/abs/2103.16562).
# - Z. Huang and others, *Mask Scoring R-CNN* (2019), an earlier network that predicts the IoU of its own masks:
#   [arXiv:1903.00241](https://arxiv.org/abs/1903.00241).
# - L. Maier-Hein and others, *Metrics reloaded* (2022), on choosing the measure that fits the question:
#   [arXiv:2206.01653](https://arxiv.org/abs/2206.01653).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - B. Cheng y otros, *Boundary IoU: Improving Object-Centric Image Segmentation Evaluation* (2021):
#   [arXiv:2103.16562](https://arxiv.org/abs/2103.16562).
# - Z. Huang y otros, *Mask Scoring R-CNN* (2019), una red anterior que predice el IoU de sus propias máscaras:
#   [arXiv:1903.00241](https://arxiv.org/abs/1903.00241).
# - L. Maier-Hein y otros, *Metrics reloaded* (2022), sobre cómo elegir la medida que responde a la pregunta:
#   [arXiv:2206.01653](https://arxiv.org/abs/2206.01653).
