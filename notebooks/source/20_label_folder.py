# %% [markdown] tags=["en"]
# # Lesson 20 · Label a folder
#
# One mask is an answer; a network is trained on hundreds. This extra lesson is about the hours in between: a folder of photos, one after
# the other, most of it by clicks, a little by hand, and at the end a file that other programs can read. It is short, and no other
# lesson builds on it.
#
# ## What you will learn
#
# - to go through a folder of photos, and what of your work is on the disk at each moment;
# - to mend a mask by brush, eraser and lasso, and to measure what that is worth;
# - what becomes of pixels that two objects claim;
# - to write COCO and YOLO, to open them again, and to see what was lost on the way.
#
# About {minutes} minutes. You need: lessons 0 (the widget) and 5 (IoU, holes).

# %% [markdown] tags=["es"]
# # Lección 20 · Etiqueta una carpeta
#
# Una máscara es una respuesta; una red se entrena con cientos. Esta lección extra trata de las horas que hay en medio: una carpeta de fotos,
# una tras otra, casi todo con clics, algo a mano, y al final un archivo que otros programas saben leer. Es corta, y ninguna otra lección
# se apoya en ella.
#
# ## Qué vas a aprender
#
# - a recorrer una carpeta de fotos, y qué parte de tu trabajo está en el disco en cada momento;
# - a corregir una máscara con pincel, borrador y lazo, y a medir lo que eso aporta;
# - qué pasa con los píxeles que reclaman dos objetos;
# - a escribir COCO y YOLO, a abrirlos otra vez y a ver qué se perdió por el camino.
#
# Unos {minutes} minutos. Necesitas: las lecciones 0 (el widget) y 5 (IoU, agujeros).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import supervision as sv

from segwidgets import PhotoQueue, compare, style
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start
from segwidgets.images import sample_path

start(20, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · A folder and a queue
#
# Four photos, in a temporary folder that vanishes with the notebook. For your own photos write `FOLDER = Path("photos")`.

# %% [markdown] tags=["es"]
# ## 1 · Una carpeta y una cola
#
# Cuatro fotos, en una carpeta temporal que desaparece con el cuaderno. Para tus propias fotos escribe `FOLDER = Path("fotos")`.

# %%
temporary = TemporaryDirectory()
FOLDER = Path(temporary.name) / L("photos", "fotos")
FOLDER.mkdir()
for name in ("cat", "coffee", "galaxies", "tissue"):
    shutil.copy(sample_path(name), FOLDER / f"{name}{sample_path(name).suffix}")
print(*sorted(path.name for path in FOLDER.iterdir()))

# %% [markdown] tags=["en"]
# `PhotoQueue` shows them one after the other in the widget that you know, with the classes as buttons. With the mouse: click on the cat's
# nose. In code, the same click:

# %% [markdown] tags=["es"]
# `PhotoQueue` las muestra una tras otra en el widget que ya conoces, con las clases como botones. Con el ratón: haz clic en la nariz del
# gato. En código, el mismo clic:

# %%
CLASSES = L(["cat", "cup", "saucer"], ["gato", "taza", "plato"])
queue = PhotoQueue(FOLDER, classes=CLASSES, lang=L("en", "es"))
queue.widget.add_point(250, 170)
print(queue.current, queue.widget.mask.sum(), L("pixels", "píxeles"))
queue

# %% [markdown] tags=["en", "alt"]
# The cat with a click on its nose and a mask over head, back and front, up to the photo's left and lower edge.

# %% [markdown] tags=["es", "alt"]
# El gato con un clic en la nariz y una máscara sobre cabeza, lomo y pecho, hasta el borde izquierdo y el de abajo.

# %% [markdown] tags=["en"]
# ## 2 · The kernel dies
#
# **Predict.** One click is made, *Done* is not pressed, nobody saved anything. Now the kernel dies. What is lost: nothing, the mask, or
# the click as well?
#
# `close()` lets go of the folder and takes the widget off the page; then we look at what lies there. (It is gentler than dying; that a kernel
# which is killed in the midst of work loses no click either is among the package's tests.)

# %% [markdown] tags=["es"]
# ## 2 · El kernel muere
#
# **Predice.** Hay un clic hecho, nadie ha pulsado *Hecha*, nadie ha guardado nada. Ahora muere el kernel. ¿Qué se pierde: nada, la máscara
# o también el clic?
#
# `close()` suelta la carpeta y retira el widget de la página; después miramos qué hay en ella. (Es menos brusco que morir; que un kernel muerto a
# mitad del trabajo tampoco pierda ningún clic está entre las pruebas del paquete.)

# %%
queue.close()
for path in sorted(FOLDER.rglob("*.json")):
    print(path.relative_to(FOLDER).as_posix())

# %%
kept = json.loads((FOLDER / "segwidgets/sessions/cat.json").read_text("utf-8"))
print([(one["x"], one["y"]) for one in kept["actions"] if one["action"] == "add_point"])

# %% [markdown] tags=["en"]
# There is no mask, but there is the click, in a file of its own. The same call, once more:

# %% [markdown] tags=["es"]
# No hay máscara, pero sí el clic, en un archivo propio. La misma llamada, otra vez:

# %%
queue = PhotoQueue(FOLDER, classes=CLASSES, lang=L("en", "es"))
print(queue.current, queue.widget.mask.sum(), L("pixels", "píxeles"))
queue.done()
print(queue.current, queue.progress.done, L("of", "de"), queue.progress.total)
queue

# %% [markdown] tags=["en", "alt"]
# A cup of coffee on a red saucer, without any mask: the next photo to do.

# %% [markdown] tags=["es", "alt"]
# Una taza de café en un plato rojo, sin ninguna máscara: la siguiente foto pendiente.

# %% [markdown] tags=["en"]
# **Explain.** Nothing is lost. Clicks are small and say *how* the mask came about: SAM answers them again, pixel by pixel the same. Only
# `done()` (the button, or Shift+D) writes the mask down as well, and shows the next photo that is to do. An object without a
# name gets the class chosen last, at the beginning the first one: here the right one.

# %% [markdown] tags=["es"]
# **Explica.** No se pierde nada. Los clics ocupan poco y dicen *cómo* se llegó a la máscara: SAM los contesta otra vez, igual píxel por píxel.
# Solo `done()` (el botón, o Mayús+D) escribe también la máscara y muestra la siguiente foto pendiente. Un objeto sin nombre recibe la última
# clase elegida, al principio la primera: aquí, la que toca.

# %% [markdown] tags=["en"]
# ## 3 · By hand
#
# The coffee. One click, and of SAM's three answers the second, which means the cup. Held against a reference, as in lesson 5: how
# many pixels are *missing*, and how many are *too many*?

# %% [markdown] tags=["es"]
# ## 3 · A mano
#
# El café. Un clic y, de las tres respuestas de SAM, la segunda, que quiere decir la taza. Frente a la referencia, como en la lección 5:
# ¿cuántos píxeles *faltan* y cuántos *sobran*?

# %%
cup = reference_mask("coffee", "cup")

def tell(what):
    missing, extra = (cup & ~seg.mask).sum(), (seg.mask & ~cup).sum()
    iou = compare(seg.mask, cup).iou
    print(f"{what:<9}{missing:>6}{extra:>6}   IoU {iou:.3f}")

# %%
seg = queue.widget
seg.add_point(300, 180)
seg.choose(1)
by_sam = seg.mask
tell("SAM")
show(draw(seg.image, by_sam), width=480, titles=L("SAM's cup has no handle", "A la taza de SAM le falta el asa"))

# %% [markdown] tags=["en", "alt"]
# The cup from above, its inside and most of its wall masked. The lower left with the handle is not; on the right, bits of the spoon's handle are.

# %% [markdown] tags=["es", "alt"]
# La taza desde arriba, con el interior y casi toda la pared en la máscara. Falta la parte de abajo a la izquierda, con el asa; a la derecha sobran trozos
# del mango de la cuchara.

# %% [markdown] tags=["en"]
# **Predict.** In the widget, C shows the painter's tools: E is the eraser, L the lasso, P the brush. You go over the spoon with the eraser, and draw
# a lasso around handle and foot. Which of the two brings more IoU, and will the brush, for a rim of three or four pixels, bring any?

# %% [markdown] tags=["es"]
# **Predice.** En el widget, C muestra las herramientas de pintar: E es el borrador, L el lazo, P el pincel. Pasas el borrador por la cuchara y rodeas
# asa y pie con el lazo. ¿Cuál de los dos aporta más IoU? ¿Y el pincel, para un borde de tres o cuatro píxeles, aporta algo?

# %%
seg.paint([(402, 78), (413, 90), (412, 110), (407, 120)], radius=8, erase=True)
seg.paint([(385, 182), (387, 206)], radius=6, erase=True)
tell(L("eraser", "borrador"))
seg.lasso([(196, 225), (218, 240), (200, 262), (196, 285), (206, 302), (224, 307),
           (240, 297), (252, 284), (285, 283), (308, 281), (321, 268), (316, 250),
           (300, 225), (230, 215)])
tell(L("lasso", "lazo"))
seg.paint([(317, 245), (330, 240), (368, 237)], radius=4)
tell(L("brush", "pincel"))
seg.mend("fill_holes")
tell(L("holes", "agujeros"))
show(draw(seg.image, seg.mask), width=480, titles=L("Four strokes and a key", "Cuatro trazos y una tecla"))

# %% [markdown] tags=["en", "alt", "cover"]
# The cup from above: now the whole cup is masked, with its handle at the lower left and its foot, and the spoon is free.

# %% [markdown] tags=["es", "alt", "cover"]
# La taza desde arriba: ahora la máscara la cubre entera, con el asa abajo a la izquierda y el pie, y la cuchara queda libre.

# %% [markdown] tags=["en"]
# **Measure.** Each line: missing, too many, IoU. The eraser took away 597 pixels of spoon and 154 of the cup with them: no hand is that sure. It
# brought 0.008. The lasso brought back 5144 pixels, and 0.101. The brush added 153 pixels of rim and 222 of saucer: IoU *fell*, by 0.001. And the
# holes had 25 pixels.
#
# Does it last? One more click, on the spoon, as background:

# %% [markdown] tags=["es"]
# **Mide.** En cada línea: faltan, sobran, IoU. El borrador quitó 597 píxeles de cuchara y, con ellos, 154 de la taza: ningún pulso es tan firme.
# Aportó 0,008. El lazo recuperó 5144 píxeles, y 0,101. El pincel añadió 153 píxeles de borde y 222 de plato: el IoU *bajó* 0,001. Y los agujeros
# tenían 25 píxeles.
#
# ¿Y esto dura? Un clic más, en la cuchara, como fondo:

# %%
by_hand = seg.mask & ~by_sam
seg.add_point(365, 280, 0)
print(by_hand.sum(), (by_hand & ~seg.mask).sum(), f"{compare(seg.mask, cup).iou:.3f}")
seg.undo()

# %% [markdown] tags=["en"]
# **Explain.** Of the 5773 pixels that were drawn by hand, the click took none, although SAM answered with a whole new mask: what a hand drew lies
# above, what SAM says lies beneath. (It was the worse mask, so `undo` took the click back. Each stroke is one step, too.) Mend what is large first,
# and stop there: the last pixels of a rim cost the most time, and there the hand is no better than SAM.
#
# ## 4 · Two objects, one pixel
#
# The cup stands on a saucer. A click beside it gives cup and saucer together, and as *saucer* we keep it so: what stands on a thing does
# not make a hole in it.

# %% [markdown] tags=["es"]
# **Explica.** De los 5773 píxeles dibujados a mano, el clic no quitó ninguno, aunque SAM contestó con una máscara nueva: lo que dibuja la mano
# queda encima; lo que dice SAM, debajo. (La máscara era peor, así que `undo` retiró el clic. También cada trazo es un paso.) Corrige primero lo grande y
# para ahí: los últimos píxeles de un borde son los que más tiempo cuestan, y en ellos la mano no es mejor que SAM.
#
# ## 4 · Dos objetos, un píxel
#
# La taza está sobre un plato. Un clic al lado da taza y plato juntos, y como *plato* lo dejamos así: lo que está encima de una cosa no le
# hace un agujero.

# %%
queue.label(CLASSES[1])
seg.new_object()
seg.add_point(160, 300)
queue.label(CLASSES[2])
both = seg.detections.mask
print(*(mask.sum() for mask in both), L("both:", "los dos:"), (both[0] & both[1]).sum())

# %% [markdown] tags=["en"]
# COCO keeps each object's mask, and they may overlap. The export `"index"` is one PNG with one number in each pixel, as networks for semantic
# segmentation want it: there they may not.
#
# **Predict.** The saucer was made last. How many pixels has the cup in that PNG?

# %% [markdown] tags=["es"]
# COCO guarda la máscara de cada objeto, y pueden superponerse. La exportación `"index"` es un PNG con un solo número en cada píxel, como lo piden las
# redes de segmentación semántica: ahí no pueden.
#
# **Predice.** El plato se hizo el último. ¿Cuántos píxeles tiene la taza en ese PNG?

# %%
def tell_index():
    seg.save("index", temporary.name)
    told = json.loads((Path(temporary.name) / "index/index.json").read_text("utf-8"))
    print([(one["class"], one["area_px"]) for one in told["objects"]])

tell_index()
seg.reorder(1, 0)
tell_index()

# %% [markdown] tags=["en"]
# **Explain.** None. Who lies on top has the pixel, and the saucer lay on top of the whole cup. `reorder` (Ctrl and an arrow key) laid it beneath: now
# the cup has its 48390 pixels, and the saucer the 64173 around them. Neither mask was wrong, and neither was changed; the *order* decides. The
# button *Index* says beneath the photo how many pixels are shared.
#
# ## 5 · Done, skipped, exported
#
# The galaxies are left out, with a reason. The tissue is *done* without a single object. That is not the same: a network that is trained on
# the folder never sees what was skipped, but it learns from the other that there is nothing of ours in such a picture.

# %% [markdown] tags=["es"]
# **Explica.** Ninguno. El píxel es de quien está encima, y el plato tapaba la taza entera. `reorder` (Ctrl y una flecha) lo puso debajo: ahora la taza
# tiene sus 48390 píxeles, y el plato, los 64173 de alrededor. Ninguna de las dos máscaras estaba mal y ninguna cambió; decide el *orden*. El
# botón *Índice* dice bajo la foto cuántos píxeles comparten.
#
# ## 5 · Hecha, omitida, exportada
#
# Las galaxias se dejan fuera, con un motivo. El tejido está *hecho* sin un solo objeto. No es lo mismo: una red que se entrene con la carpeta
# nunca ve lo omitido, pero de lo otro aprende que en una imagen así no hay nada nuestro.

# %%
queue.done()
queue.skip(L("thousands of galaxies, no class of ours", "miles de galaxias, ninguna clase nuestra"))
queue.done()  # the tissue: nothing of ours is in it || el tejido: no hay nada nuestro
print(queue.progress)
for kind in ("coco", "yolo"):
    print(kind, len(queue.export(kind)))  # files || archivos

# %% [markdown] tags=["en"]
# Other programs read these files; we let `supervision` open both. **Predict.** How many photos come back, and will the masks be
# the same as in the widget, pixel by pixel, in both formats?

# %% [markdown] tags=["es"]
# Estos archivos los leen otros programas; aquí los abre `supervision`. **Predice.** ¿Cuántas fotos vuelven? ¿Y serán las máscaras las
# mismas que en el widget, píxel por píxel, en los dos formatos?

# %%
out = FOLDER / "segwidgets"
coco = sv.DetectionDataset.from_coco(str(FOLDER), str(out / "coco/annotations.json"),
                                     force_masks=True)
yolo = sv.DetectionDataset.from_yolo(str(out / "yolo/images"), str(out / "yolo/labels"),
                                     str(out / "yolo/data.yaml"), force_masks=True)

# %%
for kind, dataset in (("coco", coco), ("yolo", yolo)):
    for path, _, found in sorted(dataset, key=lambda item: Path(item[0]).name):
        names = [dataset.classes[number] for number in found.class_id]
        print(kind, Path(path).stem, dict(zip(names, found.area.astype(int).tolist())))

# %% [markdown] tags=["en"]
# **Explain.** Three photos: the skipped one is in neither. COCO has each mask as run lengths, which are exact. YOLO has polygons, and their corners
# do not lie where pixels end: 19 pixels of the cat are gone, 40 of the saucer, and the cup has 47 more. That does no harm to training; but whoever measures
# areas takes COCO.

# %% [markdown] tags=["es"]
# **Explica.** Tres fotos: la omitida no está en ninguno. COCO guarda cada máscara como longitudes de racha, exacta. YOLO guarda polígonos, y sus
# esquinas no caen donde acaban los píxeles: al gato le faltan 19 píxeles, al plato 40, y a la taza le sobran 47. A un entrenamiento no le hace daño;
# pero quien mida áreas, que tome COCO.

# %%
scenes = []
for path, photo, found in coco:
    scene = photo[:, :, ::-1]  # supervision reads BGR || supervision lee BGR
    for number, mask in zip(found.class_id, found.mask if len(found) else []):
        scene = draw(scene, mask, color=style.palette_color(number))
    scenes.append(scene)
show(*scenes, width=780, titles=[Path(path).name for path in coco.image_paths])
print([len(found) for _, _, found in coco])

# %% [markdown] tags=["en", "alt"]
# The three photos side by side: the cat in one colour; the saucer and the cup upon it in two others; the tissue without any mask.

# %% [markdown] tags=["es", "alt"]
# Las tres fotos, una al lado de otra: el gato en un color; el plato y la taza que está encima, en otros dos; el tejido sin ninguna máscara.

# %% [markdown] tags=["en"]
# ## 6 · What a larger tool does better
#
# A notebook is one person, one folder, one machine; nothing leaves it, and nobody needs an account. CVAT, a server with a page in the browser, shares a
# folder out among many people, lets others review what they drew, measures how well they agree, and follows an object through a video
# from a few frames that were drawn. It reads and writes COCO: what you began here can go on there, and come back by `load_masks`.

# %% [markdown] tags=["es"]
# ## 6 · Lo que una herramienta mayor hace mejor
#
# Un cuaderno es una persona, una carpeta y una máquina; nada sale de ella y nadie necesita una cuenta. CVAT, un servidor con una página en el navegador,
# reparte una carpeta entre muchas personas, deja que otras revisen lo dibujado, mide cuánto coinciden y sigue un objeto por un vídeo a
# partir de unos pocos fotogramas dibujados. Lee y escribe COCO: lo que empezaste aquí puede seguir allí, y volver con `load_masks`.

# %% [markdown] tags=["en"]
# ## Recap
#
# - Each click is on the disk before the next; a mask is written down when its photo is done.
# - Brush, eraser and lasso stay above whatever SAM answers later. Measure what a stroke is worth: the large piece first.
# - Objects may overlap in COCO. In one PNG of numbers the one on top has the pixel: look at the order.
# - Skipped is not in the dataset; done with nothing is, as a photo without our classes.
# - COCO's run lengths are exact; YOLO's polygons are nearly so.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Cada clic está en el disco antes del siguiente; una máscara se escribe cuando su foto está hecha.
# - Pincel, borrador y lazo quedan por encima de lo que SAM conteste después. Mide lo que vale un trazo: primero, el trozo grande.
# - En COCO los objetos pueden superponerse. En un PNG de números, el píxel es del que está encima: mira el orden.
# - Lo omitido no está en el conjunto de datos; lo hecho sin objetos sí, como foto sin ninguna de nuestras clases.
# - Las longitudes de racha de COCO son exactas; los polígonos de YOLO, casi.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 20.1 · A dab of the brush
#
# Write `dab(size, x, y, radius)`: a mask of `size`, which is (height, width), that is True where a round brush with its middle at (x, y) covers the
# middle of a pixel. The pixel in column 0 has its middle at 0.5.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 20.1 · Una pincelada
#
# Escribe `dab(size, x, y, radius)`: una máscara de tamaño `size`, que es (alto, ancho), con True donde un pincel redondo centrado en (x, y) cubre el
# centro de un píxel. El píxel de la columna 0 tiene su centro en 0,5.

# %% tags=["solution"]
def dab(size, x, y, radius):
    rows, columns = np.mgrid[:size[0], :size[1]]
    return (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2

check("20.1", dab)

# %% [markdown] tags=["en"]
# ### 20.2 · Who has the pixel?
#
# Write `flatten(masks)`. `masks` (N, H, W) are in the order in which they are drawn. Return an array (H, W) of whole numbers: 0 where there is no
# object, else the number of the one on top. The first object is 1.

# %% [markdown] tags=["es"]
# ### 20.2 · ¿De quién es el píxel?
#
# Escribe `flatten(masks)`. `masks` (N, H, W) están en el orden en que se dibujan. Devuelve un arreglo (H, W) de números enteros: 0 donde no hay ningún
# objeto y, si no, el número del que está encima. El primer objeto es el 1.

# %% tags=["solution"]
def flatten(masks):
    index = np.zeros(masks.shape[1:], dtype=int)
    for number, mask in enumerate(masks, 1):
        index[mask] = number
    return index

check("20.2", flatten)

# %% [markdown] tags=["en"]
# ### 20.3 · Corners for YOLO
#
# Write `to_yolo(points, width, height)`. `points` (N, 2) are a polygon's corners, x and y in pixels. Return them as YOLO has them: each as a share, from
# 0 to 1, of the photo's side along which it runs.

# %% [markdown] tags=["es"]
# ### 20.3 · Esquinas para YOLO
#
# Escribe `to_yolo(points, width, height)`. `points` (N, 2) son las esquinas de un polígono, x e y en píxeles. Devuélvelas como las tiene YOLO: cada una
# como parte, de 0 a 1, del lado de la foto por el que corre.

# %% tags=["solution"]
def to_yolo(points, width, height):
    return points / np.array([width, height])

check("20.3", to_yolo)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas.

# %%
quiz(20)

# %%
progress(20)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - R. Benenson and others, *Large-scale interactive object segmentation with human annotators* (2019), how many clicks a mask costs, and
#   where they are best spent: [arXiv:1903.10830](https://arxiv.org/abs/1903.10830).
# - T.-Y. Lin and others, *Microsoft COCO: Common Objects in Context* (2014), where the format comes from, and how many hours it took to draw:
#   [arXiv:1405.0312](https://arxiv.org/abs/1405.0312).
# - [CVAT's manual](https://docs.cvat.ai/docs/), for the day on which one person is not enough.

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - R. Benenson y otros, *Large-scale interactive object segmentation with human annotators* (2019), cuántos clics cuesta una máscara y
#   dónde se aprovechan mejor: [arXiv:1903.10830](https://arxiv.org/abs/1903.10830).
# - T.-Y. Lin y otros, *Microsoft COCO: Common Objects in Context* (2014), de dónde viene el formato y cuántas horas costó dibujarlo:
#   [arXiv:1405.0312](https://arxiv.org/abs/1405.0312).
# - [El manual de CVAT](https://docs.cvat.ai/docs/), para el día en que una persona no baste.
