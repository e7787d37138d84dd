# %% [markdown] tags=["en"]
# # Lesson 11 · One thing, all things, every pixel
#
# "Where are the coins?" and "which coin is which?" are two questions. A mask can answer the first with hardly a pixel wrong and know nothing of
# the second. This lesson gives the questions their names, shows a number for each, and then looks at how masks are written into files: what is kept to
# the pixel there, and what is lost.
#
# ## What you will learn
#
# - what *semantic*, *instance* and *panoptic* segmentation ask;
# - why pieces of a mask are not always things, and how panoptic quality notices;
# - to write a mask as run lengths by hand, and to guess how large the file becomes;
# - what a polygon loses, and how two programs read the same polygon differently;
# - to open COCO's files, both kinds of them.
#
# About {minutes} minutes. You need: lessons 5 (IoU, pieces and holes) and 8 (all coins from one click).

# %% [markdown] tags=["es"]
# # Lección 11 · Una cosa, todas las cosas, cada píxel
#
# «¿Dónde están las monedas?» y «¿cuál es cada moneda?» son dos preguntas. Una máscara puede contestar la primera casi sin un píxel mal y no saber nada de
# la segunda. Esta lección da nombre a las preguntas, muestra un número para cada una y después mira cómo se escriben las máscaras en un archivo: qué se
# guarda ahí píxel por píxel y qué se pierde.
#
# ## Qué vas a aprender
#
# - qué preguntan la segmentación *semántica*, la de *instancias* y la *panóptica*;
# - por qué los trozos de una máscara no siempre son cosas, y cómo lo nota la calidad panóptica;
# - a escribir una máscara como longitudes de racha, a mano, y a estimar cuánto ocupará el archivo;
# - qué pierde un polígono, y por qué dos programas leen el mismo polígono de forma distinta;
# - a abrir los archivos de COCO, de los dos tipos.
#
# Unos {minutes} minutos. Necesitas: las lecciones 5 (IoU, trozos y agujeros) y 8 (todas las monedas con un clic).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image
from skimage.measure import label

from segwidgets import ClickSegmenter, clean, compare, measure, style
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start
from segwidgets.masks import encode

start(11, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · Three questions to one photo
#
# The coins of lesson 8, found in the same way: one click, then all like it. Each gets the class *coin*.

# %% [markdown] tags=["es"]
# ## 1 · Tres preguntas a una foto
#
# Las monedas de la lección 8, encontradas igual: un clic y después todo lo parecido. Cada una recibe la clase *moneda*.

# %%
clicks = ClickSegmenter("coins", classes=[L("coin", "moneda")], lang=L("en", "es"))
clicks.add_point(102, 125)
clicks.classify(L("coin", "moneda"))
clicks.find_similar()
clicks.keep_similar()
photo, masks = clicks.image, clicks.detections.mask
print(masks.shape, masks.sum(axis=0).max())

# %% [markdown] tags=["en"]
# 24 masks, and no pixel lies in two of them. **Predict.** Two pictures: in one all coins have one colour, in the other each has its own. Of which can you
# ask "what share of the table is covered?", of which "how many are there?"

# %% [markdown] tags=["es"]
# 24 máscaras, y ningún píxel está en dos de ellas. **Predice.** Dos imágenes: en una, todas las monedas tienen el mismo color; en la otra, cada una el suyo.
# ¿A cuál le puedes preguntar «¿qué parte de la mesa está cubierta?» y a cuál «¿cuántas hay?»?

# %%
def paint(masks, scene=photo):
    from_the_top = sorted(masks, key=lambda mask: mask.argmax())
    for number, mask in enumerate(from_the_top):
        scene = draw(scene, mask, color=style.palette_color(number))
    return scene

semantic = masks.any(axis=0)
table = draw(photo, ~semantic, color=(120, 120, 120))
show(draw(photo, semantic), paint(masks), paint(masks, table), width=860,
     titles=L(["Semantic: 2 classes", "Instances: 24 things", "Panoptic: 25 segments"],
              ["Semántica: 2 clases", "Instancias: 24 cosas", "Panóptica: 25 segmentos"]))
print(f"{semantic.mean():.2f}", len(masks), len(masks) + 1)

# %% [markdown] tags=["en", "alt"]
# The photo of 24 coins three times. Left, all coins are blue. Middle, each coin has a colour of its own, and the table has none. Right, each coin has its
# colour, and the table is covered with grey.

# %% [markdown] tags=["es", "alt"]
# La foto de las 24 monedas, tres veces. A la izquierda, todas están en azul. En el centro, cada una tiene su color y la mesa no tiene ninguno. A la derecha,
# cada una tiene su color y la mesa está cubierta de gris.

# %% [markdown] tags=["en"]
# **Explain.** *Semantic* segmentation gives every pixel a class: a third of the photo is coin. It is what DeepLab does, and it cannot count. *Instance*
# segmentation gives every thing a mask: there are 24. It is what you did with SAM, and it says nothing of the table; its masks may overlap. *Panoptic*
# segmentation wants both at once: every pixel gets one class and, where the class is one of *things* that can be counted, the number of the thing. What
# cannot be counted, as table, sky or grass, is *stuff*: one segment for all of it.

# %% [markdown] tags=["es"]
# **Explica.** La segmentación *semántica* da una clase a cada píxel: un tercio de la foto es moneda. Es lo que hace DeepLab, y no sabe contar. La de
# *instancias* da una máscara a cada cosa: hay 24. Es lo que hiciste con SAM; de la mesa no dice nada, y sus máscaras pueden solaparse. La *panóptica* quiere
# las dos a la vez: cada píxel recibe una sola clase y, si la clase es de *cosas* que se pueden contar, el número de la cosa. Lo que no se puede contar, como
# mesa, cielo o hierba, es *materia*: un solo segmento para toda ella.

# %% [markdown] tags=["en"]
# ## 2 · Pieces are not things
#
# From instances to semantic is one line, `any`. And back? Lesson 5 counted pieces: so give each piece a number. With the reference of lesson 8 that
# works, because its coins lie apart. Now let its edge grow, two pixels at a time, as masks that are a little too large would have it.
#
# **Predict.** The edge moves by six pixels. How many pieces are left of 24?

# %% [markdown] tags=["es"]
# ## 2 · Los trozos no son cosas
#
# De instancias a semántica se va con una línea, `any`. ¿Y al revés? La lección 5 contaba trozos: pues dale un número a cada trozo. Con la referencia de la
# lección 8 funciona, porque sus monedas están separadas. Ahora haz crecer su borde, dos píxeles cada vez, como en una máscara algo grande.
#
# **Predice.** El borde se mueve seis píxeles. ¿Cuántos trozos quedan de los 24?

# %%
coins = reference_mask("coins", "coins")
for pixels in range(0, 9, 2):
    grown = clean(coins, grow=pixels)
    print(f"{pixels}  IoU {compare(grown, coins).iou:.2f}", label(grown).max())

# %% [markdown] tags=["en"]
# Touching coins become one piece, and nothing in a semantic mask could tell them apart. (Lesson 9's watershed guesses, from their shape.) It needs much
# less than six pixels. Draw a line of one pixel from coin to coin, in each row:

# %% [markdown] tags=["es"]
# Las monedas que se tocan forman un solo trozo, y nada en una máscara semántica las distinguiría. (La *watershed* de la lección 9 lo adivina por la forma.)
# Basta con mucho menos que seis píxeles. Traza una línea de un píxel de moneda a moneda, en cada fila:

# %%
pieces = label(coins)
truth = np.array([pieces == number for number in range(1, 25)])
middles = [np.argwhere(one)[:, ::-1].mean(axis=0) for one in truth]  # x, y
by_row = sorted(np.array(middles, int).tolist(), key=lambda middle: middle[1])
lines = np.zeros(coins.shape, np.uint8)
for first in range(0, 24, 6):
    row = np.array(sorted(by_row[first:first + 6]))
    cv2.polylines(lines, [row], isClosed=False, color=1)
joined = coins | (lines > 0)
print((joined & ~coins).sum(), f"{compare(joined, coins).iou:.3f}", label(joined).max())

# %%
chains = [label(joined) == number for number in range(1, 5)]
show(paint(truth), paint(chains), width=780,
     titles=L(["24 coins", "0.25 % of the pixels more: 4 things"],
              ["24 monedas", "Un 0,25 % de píxeles más: 4 cosas"]))
print(f"{(joined != coins).mean():.4f}")

# %% [markdown] tags=["en", "alt", "cover"]
# The photo twice. Left, 24 coins, each in its own colour. Right, thin lines join the coins of each row, and each row of six has one colour: four things in
# all.

# %% [markdown] tags=["es", "alt", "cover"]
# La foto dos veces. A la izquierda, 24 monedas, cada una de su color. A la derecha, unas líneas finas unen las monedas de cada fila, y cada fila de seis
# tiene un solo color: cuatro cosas en total.

# %% [markdown] tags=["en"]
# **Measure.** 292 pixels more, an IoU of 0.993, and not one coin is left. An IoU over pixels is the number for the
# semantic question. For the other we need another.

# %% [markdown] tags=["es"]
# **Mide.** 292 píxeles más, un IoU de 0,993, y no queda ni una moneda. Un IoU sobre píxeles es el número de la
# pregunta semántica. Para la otra hace falta otro.

# %% [markdown] tags=["en"]
# ## 3 · Panoptic quality
#
# First say who is who. A found mask *matches* a true one if their IoU is above 0.5; above a half no mask can match two. What is matched is right (TP), a
# found mask without a partner is wrong (FP), a true one without is missing (FN). *Panoptic quality* multiplies two answers: how well do the matched fit,
# on average (SQ), and what share of all was matched, as in lesson 5's Dice (RQ).

# %% [markdown] tags=["es"]
# ## 3 · Calidad panóptica
#
# Primero hay que decir quién es quién. Una máscara encontrada *corresponde* a una verdadera si su IoU pasa de 0,5; por encima de la mitad, ninguna puede
# corresponder a dos. Lo que corresponde está bien (TP), una encontrada sin pareja sobra (FP), una verdadera sin pareja falta (FN). La *calidad panóptica*
# multiplica dos respuestas: lo bien que ajustan, de media, las emparejadas (SQ) y qué parte de todo se emparejó, como en el Dice de la lección 5 (RQ).

# %%
def panoptic_quality(found, truth):
    ious = np.array([[compare(one, other).iou for other in truth] for one in found])
    matched = ious[ious > 0.5]
    tp, fp, fn = len(matched), len(found) - len(matched), len(truth) - len(matched)
    sq = matched.mean() if tp else 0
    return tp, fp, fn, sq, tp / (tp + fp / 2 + fn / 2)

# %% [markdown] tags=["en"]
# **Predict.** SAM's 24 masks are right, all of them. Which costs more: to lose two of the masks, or to make one mask of two neighbours?

# %% [markdown] tags=["es"]
# **Predice.** Las 24 máscaras de SAM son buenas, todas. ¿Qué cuesta más: perder dos de ellas o hacer una sola con dos vecinas?

# %%
pair = (masks[0] | masks[1])[None]
cases = {L("SAM's", "de SAM"): masks, L("two lost", "sin dos"): masks[2:],
         L("two in one", "dos en una"): np.concatenate([pair, masks[2:]]),
         L("chains", "cadenas"): np.array(chains)}
for name, found in cases.items():
    tp, fp, fn, sq, rq = panoptic_quality(found, truth)
    iou = compare(found.any(axis=0), coins).iou
    print(f"{name:<11}{tp:>3}{fp:>3}{fn:>3}", end="   ")
    print(f"{sq:.3f} × {rq:.3f} = {sq * rq:.3f}   IoU {iou:.3f}")

# %% [markdown] tags=["en"]
# **Measure.** Each line: TP, FP, FN, SQ × RQ = PQ, and the IoU over all pixels. Two lost coins cost 0.04; two in one cost 0.06, because two are missing
# and one is wrong besides (they are of one size, so that neither has more than half of it), and the IoU does not move at all. The chains have the best IoU of the four, and a PQ of 0.
#
# **Explain.** PQ counts things, however small they are: a coin that is missing costs the same whether it is the largest or the smallest. IoU counts pixels:
# there the large ones decide. A paper that shows one of the two has chosen a question.

# %% [markdown] tags=["es"]
# **Mide.** En cada línea: TP, FP, FN, SQ × RQ = PQ y el IoU sobre todos los píxeles. Dos monedas perdidas cuestan 0,04; dos en una cuestan 0,06, porque
# faltan dos y además sobra una (son del mismo tamaño, y ninguna tiene más de la mitad), y el IoU ni se mueve. Las cadenas tienen el mejor IoU de los cuatro casos y una PQ de 0.
#
# **Explica.** La PQ cuenta cosas, por pequeñas que sean: una moneda que falta cuesta lo mismo, sea la mayor o la menor. El IoU cuenta píxeles: ahí deciden
# las grandes. Un artículo que muestra uno de los dos ha elegido una pregunta.

# %% [markdown] tags=["en"]
# ## 4 · A mask in a file
#
# A mask has 116 352 pixels here, and most are like their neighbour. COCO writes *run lengths* (RLE): walk down the first column, then the second, and note
# how many pixels stay the same. The first number counts zeros. By hand:

# %% [markdown] tags=["es"]
# ## 4 · Una máscara en un archivo
#
# Una máscara tiene aquí 116 352 píxeles, y casi todos son iguales que su vecino. COCO escribe *longitudes de racha* (RLE): baja por la primera columna, luego
# por la segunda, y anota cuántos píxeles seguidos son iguales. El primer número cuenta ceros. A mano:

# %%
tiny = np.array([[0, 1, 1, 0, 0],
                 [0, 1, 1, 1, 0],
                 [0, 0, 1, 1, 0]], bool)
print("".join(str(int(pixel)) for pixel in tiny.T.ravel()))
print(encode(tiny))

# %% [markdown] tags=["en"]
# Three zeros, two ones, one zero, three ones ... The string says the same shorter: a character for a small number, and from the fourth on only the difference
# to the number two before (the letter O is −1). **Predict.** Three masks of the same photo: one coin, all coins, and as many pixels as all coins have, but thrown anywhere.
# Which file is larger than the bare pixels at one bit each, 14 544 bytes?

# %% [markdown] tags=["es"]
# Tres ceros, dos unos, un cero, tres unos... La cadena dice lo mismo más corto: un carácter por número pequeño y, desde el cuarto, solo la diferencia
# con el de dos puestos antes (la letra O es −1). **Predice.** Tres máscaras de la misma foto: una moneda, todas las monedas y tantos píxeles como tienen todas, pero
# tirados al azar. ¿Qué archivo es mayor que los píxeles sueltos, a un bit cada uno, 14 544 bytes?

# %%
thrown = np.random.default_rng(0).permutation(coins.ravel()).reshape(coins.shape)
for name, mask in ((L("one coin", "una moneda"), truth[7]), (L("all", "todas"), coins),
                   (L("thrown", "al azar"), thrown)):
    png = cv2.imencode(".png", mask.astype(np.uint8) * 255)[1]
    print(f"{name:<11} RLE {len(encode(mask)['counts']):>6}   PNG {len(png):>6}")

# %% [markdown] tags=["en"]
# **Explain.** What counts is the edge, not the area: a run ends only where the mask does. Noise is all edge, and then run lengths cost more than they save.
# Whatever the size, nothing is lost.

# %% [markdown] tags=["es"]
# **Explica.** Cuenta el borde, no el área: una racha solo termina donde termina la máscara. El ruido es todo borde, y entonces las rachas cuestan más de lo
# que ahorran. Ocupen lo que ocupen, no se pierde nada.

# %% [markdown] tags=["en"]
# ## 5 · A polygon, and back
#
# YOLO's files, and COCO's often, hold polygons: the corners of the outline. Fewer corners make a smaller file. One coin, its outline with all corners and
# then simplified so that it moves by at most 1, 2, 4 pixels, filled again by two programs, OpenCV and COCO's own `pycocotools`.
#
# **Predict.** With *all* corners: will both give the mask back, pixel by pixel?

# %% [markdown] tags=["es"]
# ## 5 · Un polígono, ida y vuelta
#
# Los archivos de YOLO, y a menudo los de COCO, llevan polígonos: las esquinas del contorno. Con menos esquinas, el archivo es menor. Una moneda, su contorno
# con todas las esquinas y después simplificado de modo que se mueva como mucho 1, 2 o 4 píxeles, y rellenado otra vez por dos programas, OpenCV y
# `pycocotools`, el de COCO.
#
# **Predice.** Con *todas* las esquinas: ¿devolverán los dos la máscara, píxel por píxel?

# %%
import pycocotools.mask as coco_mask

def outline(mask, tolerance):
    rings, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL,
                                cv2.CHAIN_APPROX_NONE)
    return cv2.approxPolyDP(max(rings, key=len), tolerance, closed=True)[:, 0]

def by_opencv(corners, mask):
    return cv2.fillPoly(np.zeros(mask.shape, np.uint8), [corners], 1) > 0

def by_coco(corners, mask):
    rle = coco_mask.frPyObjects([corners.ravel().tolist()], *mask.shape)
    return coco_mask.decode(rle)[..., 0] > 0

# %% [markdown] tags=["en"]
# Each line: by how much the outline may move, corners, and the IoU with the mask as OpenCV and as COCO fill it.

# %% [markdown] tags=["es"]
# En cada línea: cuánto puede moverse el contorno, las esquinas y el IoU con la máscara según lo rellenan OpenCV y COCO.

# %%
coin = truth[7]
for tolerance in (0, 1, 2, 4):
    corners = outline(coin, tolerance)
    print(tolerance, f"{len(corners):>4}", end="   ")
    for fill in (by_opencv, by_coco):
        print(f"{compare(fill(corners, coin), coin).iou:.3f}", end=" ")
    print()

# %% [markdown] tags=["en"]
# **Explain.** OpenCV's outline runs through the *middles* of the rim's pixels, and `fillPoly` colours every pixel that the line touches: so it gets all of
# them back. `pycocotools` takes a corner for a point of the plane where pixel 0 reaches from 0 to 1: half a pixel is gone all around, 6 % of a coin,
# without an error message. Neither is wrong. They mean different things by the same corner.
#
# And holes? The motorcycle's reference has one.

# %% [markdown] tags=["es"]
# **Explica.** El contorno de OpenCV pasa por los *centros* de los píxeles del borde, y `fillPoly` pinta todo píxel que toca la línea: así los recupera todos.
# `pycocotools` toma una esquina por un punto del plano en el que el píxel 0 va de 0 a 1: falta medio píxel todo alrededor, un 6 % de una moneda, sin ningún
# mensaje de error. Ninguno se equivoca. Por la misma esquina entienden cosas distintas.
#
# ¿Y los agujeros? La referencia de la motocicleta tiene uno.

# %%
motorcycle = reference_mask("motorcycle", "motorcycle")
filled = by_opencv(outline(motorcycle, 0), motorcycle)
m = measure(motorcycle)
print(m.holes, m.hole_px, (filled & ~motorcycle).sum())

# %% [markdown] tags=["en"]
# An outline knows no hole: its 1704 pixels are motorcycle now. Whoever needs holes, or the last pixel, writes run lengths or a PNG.
#
# ## 6 · COCO's two files
#
# The widget writes both kinds. *COCO* is for instances: a list of annotations, each with its class, box, area and mask.

# %% [markdown] tags=["es"]
# Un contorno no sabe de agujeros: sus 1704 píxeles son ahora motocicleta. Quien necesite agujeros, o el último píxel, escribe rachas o un PNG.
#
# ## 6 · Los dos archivos de COCO
#
# El widget escribe los dos. *COCO* es para instancias: una lista de anotaciones, cada una con su clase, caja, área y máscara.

# %% tags=["nbval-ignore-output"] reason="pycocotools prints how long it took"
from pycocotools.coco import COCO

folder = TemporaryDirectory()
clicks.save("coco", folder.name)
clicks.save("panoptic", folder.name)
coco = COCO(f"{folder.name}/coco/annotations.json")

# %% [markdown] tags=["en"]
# **Predict.** `annToMask` gives each annotation's mask back. Equal to the pixel, or without half a pixel?

# %% [markdown] tags=["es"]
# **Predice.** `annToMask` devuelve la máscara de cada anotación. ¿Igual píxel por píxel, o sin medio píxel?

# %%
annotations = coco.loadAnns(coco.getAnnIds())
read = np.array([coco.annToMask(one) > 0 for one in annotations])
print(annotations[0]["bbox"], annotations[0]["area"])
print(read.shape, np.array_equal(read, masks))

# %% [markdown] tags=["en"]
# Equal: they were written as run lengths. The *panoptic* file has no masks. It is a PNG whose colour is a number, R + 256 · G + 65536 · B, and that number
# is the segment of the pixel; beside it JSON says which class a segment has. 0 is what nobody labelled: we have no class for the table, so it stays 0.

# %% [markdown] tags=["es"]
# Igual: se escribieron como rachas. El archivo *panóptico* no lleva máscaras. Es un PNG cuyo color es un número, R + 256 · G + 65536 · B, y ese número es el
# segmento del píxel; al lado, un JSON dice qué clase tiene cada segmento. El 0 es lo que nadie etiquetó: para la mesa no tenemos clase, así que se queda en 0.

# %%
colors = np.array(Image.open(f"{folder.name}/panoptic/panoptic/photo.png"))
print(colors.shape, colors.dtype, colors.max(axis=(0, 1)))

# %% [markdown] tags=["en"]
# 24 segments need red alone. From the 256th on green counts, too: exercise 11.2.
#
# ## Recap
#
# - Semantic: a class for each pixel. Instances: a mask for each thing. Panoptic: each pixel one class and one thing; what cannot be counted is stuff.
# - Pieces are things only as long as nothing touches. One pixel joins two coins, and IoU does not notice.
# - Panoptic quality counts things: match above an IoU of 0.5, then quality of the matched times share of the matched.
# - Run lengths are exact, and cost as much as the edge is long. Polygons lose holes and corners, and depend on who fills them.
# - Before you trust a file, read it back and compare.

# %% [markdown] tags=["es"]
# 24 segmentos caben en el rojo. A partir del 256 cuenta también el verde: ejercicio 11.2.
#
# ## Resumen
#
# - Semántica: una clase por píxel. Instancias: una máscara por cosa. Panóptica: cada píxel, una clase y una cosa; lo que no se cuenta es materia.
# - Los trozos son cosas solo mientras nada se toque. Un píxel une dos monedas, y el IoU no lo nota.
# - La calidad panóptica cuenta cosas: se empareja por encima de un IoU de 0,5, y luego, calidad de las parejas por parte emparejada.
# - Las rachas son exactas y cuestan lo que mide el borde. Los polígonos pierden agujeros y esquinas, y dependen de quién los rellene.
# - Antes de fiarte de un archivo, vuelve a leerlo y compara.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 11.1 · Run lengths
#
# Write `runs(mask)`: the run lengths of a mask (H, W) as a list, as COCO counts them: column by column, and zeros first. If the first pixel is True, the
# list begins with 0.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 11.1 · Rachas
#
# Escribe `runs(mask)`: las longitudes de racha de una máscara (H, W) en una lista, como las cuenta COCO: columna por columna y primero los ceros. Si el primer
# píxel es True, la lista empieza con 0.

# %% tags=["solution"]
def runs(mask):
    pixels = np.concatenate([[False], mask.T.ravel()])
    changes = np.flatnonzero(pixels[1:] != pixels[:-1])
    return np.diff([0, *changes, mask.size]).tolist()

check("11.1", runs)

# %% [markdown] tags=["en"]
# ### 11.2 · From colour to number
#
# Write `segment_ids(colors)`: `colors` (H, W, 3) uint8 is a panoptic PNG; return the number of each pixel's segment, (H, W).

# %% [markdown] tags=["es"]
# ### 11.2 · Del color al número
#
# Escribe `segment_ids(colors)`: `colors` (H, W, 3) uint8 es un PNG panóptico; devuelve el número del segmento de cada píxel, (H, W).

# %% tags=["solution"]
def segment_ids(colors):
    return colors.astype(int) @ [1, 256, 65536]

check("11.2", segment_ids)

# %% [markdown] tags=["en"]
# ### 11.3 · Panoptic quality
#
# Write `quality(ious)`: a table (F, T) with the IoU of each found mask (row) with each true one (column). Return the panoptic quality.

# %% [markdown] tags=["es"]
# ### 11.3 · Calidad panóptica
#
# Escribe `quality(ious)`: una tabla (F, T) con el IoU de cada máscara encontrada (fila) con cada verdadera (columna). Devuelve la calidad panóptica.

# %% tags=["solution"]
def quality(ious):
    matched = ious[ious > 0.5]
    return matched.sum() / (sum(ious.shape) / 2)

check("11.3", quality)

# %% [markdown] tags=["en"]
# ### 11.4 · The area of a polygon
#
# Write `polygon_area(corners)`: the area inside a closed polygon, corners (N, 2) as x and y, without filling it. The *shoelace formula*: the sum of x·y′ − x′·y
# over all edges, from (x, y) to the next corner (x′, y′), halved; its sign tells only which way round one went.

# %% [markdown] tags=["es"]
# ### 11.4 · El área de un polígono
#
# Escribe `polygon_area(corners)`: el área dentro de un polígono cerrado, esquinas (N, 2) como x e y, sin rellenarlo. La *fórmula de los cordones*: la suma de
# x·y′ − x′·y por todos los lados, de (x, y) a la esquina siguiente (x′, y′), y la mitad; su signo solo dice en qué sentido se recorrió.

# %% tags=["solution"]
def polygon_area(corners):
    x, y = corners.T
    return abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2

check("11.4", polygon_area)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas.

# %%
quiz(11)

# %%
progress(11)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - A. Kirillov and others, *Panoptic Segmentation* (2018), where the word, stuff and things, and PQ come from:
#   [arXiv:1801.00868](https://arxiv.org/abs/1801.00868).
# - K. He and others, *Mask R-CNN* (2017), the network that made instances usual: [arXiv:1703.06870](https://arxiv.org/abs/1703.06870).
# - B. Cheng and others, *Masked-attention Mask Transformer for Universal Image Segmentation* (2021), one network for all three questions:
#   [arXiv:2112.01527](https://arxiv.org/abs/2112.01527).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - A. Kirillov y otros, *Panoptic Segmentation* (2018), de donde vienen la palabra, la materia y las cosas, y la PQ:
#   [arXiv:1801.00868](https://arxiv.org/abs/1801.00868).
# - K. He y otros, *Mask R-CNN* (2017), la red que hizo habituales las instancias: [arXiv:1703.06870](https://arxiv.org/abs/1703.06870).
# - B. Cheng y otros, *Masked-attention Mask Transformer for Universal Image Segmentation* (2021), una sola red para las tres preguntas:
#   [arXiv:2112.01527](https://arxiv.org/abs/2112.01527).
