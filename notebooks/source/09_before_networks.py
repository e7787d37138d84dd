# %% [markdown] tags=["en"]
# # Lesson 9 · Before networks
#
# People cut things out of photos long before there was a network to ask. Their tools are one number, a few colours, a flood and a
# box; they learnt from nothing, weigh nothing, and run on a watch. In this lesson you hold four of them against SAM, with the same
# photos and the same boxes. Sometimes the network wins by far. Not always.
#
# ## What you will learn
#
# - to read a threshold off a histogram, and what Otsu's method does with it;
# - what k-means makes of colours, and why it matters which numbers you give it;
# - to part things that touch, by a flood from seeds;
# - what GrabCut gets out of a box, and when the cheap tool is enough.
#
# About {minutes} minutes. You need: lessons 2 (SAM and its box) and 5 (IoU).

# %% [markdown] tags=["es"]
# # Lección 9 · Antes de las redes
#
# La gente recortaba cosas de las fotos mucho antes de que hubiera una red a la que preguntar. Sus herramientas son un número, unos pocos
# colores, una inundación y una caja; no aprendieron de nada, no pesan nada y funcionan en un reloj. En esta lección comparas cuatro
# de ellas con SAM, en las mismas fotos y con las mismas cajas. A veces la red gana por mucho. No siempre.
#
# ## Qué vas a aprender
#
# - a leer un umbral en un histograma, y qué hace con él el método de Otsu;
# - qué hace k-medias con los colores, y por qué importa qué números le das;
# - a separar cosas que se tocan, con una inundación desde semillas;
# - qué saca GrabCut de una caja, y cuándo basta con la herramienta barata.
#
# Unos {minutes} minutos. Necesitas: las lecciones 2 (SAM y su caja) y 5 (IoU).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import cv2
import numpy as np
from scipy import ndimage

from segwidgets import Prompt, Segmenter, ThresholdExplorer, compare, sample_image
from segwidgets import style
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start

start(9, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · One number
#
# The coins are brighter than the cloth. So ask of each pixel one question only: *is it brighter than a certain number?* Whoever says yes is
# mask. Slide the threshold: beside the mask is the histogram, how many pixels have which brightness, those of the 24 coins in blue and
# the rest in orange.
#
# **Predict.** Where will the mask be best: where the orange hill ends, where the two hills cross, or where the blue one has its top?

# %% [markdown] tags=["es"]
# ## 1 · Un solo número
#
# Las monedas son más claras que la tela. Hazle entonces a cada píxel una sola pregunta: *¿es más claro que cierto número?* Los que dicen que
# sí son máscara. Mueve el umbral: junto a la máscara está el histograma, cuántos píxeles tienen cada brillo, los de las 24 monedas en azul y
# lo demás en naranja.
#
# **Predice.** ¿Dónde será mejor la máscara: donde acaba la colina naranja, donde se cruzan las dos o en la cima de la azul?

# %%
photo = sample_image("coins")
grey = photo[:, :, 0]  # its three channels are equal || sus tres canales son iguales
coins = reference_mask("coins", "coins")

# %%
explorer = ThresholdExplorer(photo, grey, lang=L("en", "es"), reference=coins)
explorer.set_threshold(107)
print(f"{explorer.threshold:.0f} {explorer.iou:.2f}")
explorer

# %% [markdown] tags=["en", "alt"]
# The 24 coins under a blue mask, and with them a bright rim of cloth along the top. Below, two hills that overlap: a high orange one with its
# top near 40 and a flat blue one around 160; the threshold stands between them.

# %% [markdown] tags=["es", "alt"]
# Las 24 monedas bajo una máscara azul y, con ellas, una franja clara de tela en el borde de arriba. Debajo, dos colinas que se pisan: una
# naranja y alta con la cima hacia 40 y otra azul y baja hacia 160; el umbral está entre las dos.

# %% [markdown] tags=["en"]
# On your own photo there is no blue and no orange: nobody knows yet which pixel is a coin. *Otsu's method* (1979) looks at the hills alone. It
# tries every threshold, and takes the one that parts the pixels into the two groups whose means lie farthest apart, each group counted by
# its size. You will write it in exercise 9.1.

# %% [markdown] tags=["es"]
# En tu propia foto no hay azul ni naranja: nadie sabe aún qué píxel es moneda. El *método de Otsu* (1979) mira solo las colinas. Prueba
# todos los umbrales y se queda con el que separa los píxeles en los dos grupos cuyas medias están más lejos, contando cada grupo según su
# tamaño. Lo programarás en el ejercicio 9.1.

# %%
from skimage.filters import threshold_otsu

otsu = threshold_otsu(grey)
quality = {t: compare(grey > t, coins).iou for t in range(20, 220)}
best = max(quality, key=quality.get)
print("Otsu", otsu, f"{quality[otsu]:.2f}", L("  best", "  el mejor"), best, f"{quality[best]:.2f}")

# %% [markdown] tags=["en"]
# **Measure.** The best threshold lies about where the hills cross. Otsu is close to it, and even the best reaches only 0.83: the hills
# overlap, because the cloth at the top is as bright as a dark coin.
#
# But the cloth changes slowly from place to place, and coins do not. Blur the photo until no coin is left, and take that off.

# %% [markdown] tags=["es"]
# **Mide.** El mejor umbral está más o menos donde se cruzan las colinas. Otsu queda cerca, y hasta el mejor llega solo a 0,83: las colinas se
# pisan, porque la tela de arriba es tan clara como una moneda oscura.
#
# Pero la tela cambia despacio de un sitio a otro, y las monedas no. Desenfoca la foto hasta que no quede ninguna moneda, y réstala.

# %%
def flatten(grey):
    return grey - cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 40)

flat = flatten(grey)
mask = flat > threshold_otsu(flat)
show(grey > otsu, mask, width=580,
     titles=L(["Otsu: the cloth leaks in", "Light evened out"],
              ["Otsu: se cuela la tela", "Con la luz igualada"]))
print(f"{compare(grey > otsu, coins).iou:.2f} → {compare(mask, coins).iou:.2f}")

# %% [markdown] tags=["en", "alt"]
# Two black and white masks of the coins. In the left one a white band lies along the top edge and holds a coin fast; in the right one all
# 24 coins stand alone on black.

# %% [markdown] tags=["es", "alt"]
# Dos máscaras en blanco y negro de las monedas. En la de la izquierda, una banda blanca recorre el borde de arriba y atrapa una moneda; en la
# de la derecha, las 24 monedas están solas sobre negro.

# %% [markdown] tags=["en"]
# **Explain.** A threshold asks each pixel on its own. It works where the *light* does half of the work: a scanner, a microscope, a
# conveyor belt with a lamp above it. One line that evens out the light was worth more than any search for a better number.

# %% [markdown] tags=["es"]
# **Explica.** Un umbral pregunta a cada píxel por separado. Funciona donde la *luz* hace la mitad del trabajo: un escáner, un microscopio,
# una cinta transportadora con una lámpara encima. Una línea que iguala la luz valió más que cualquier búsqueda de un número mejor.

# %% [markdown] tags=["en"]
# ## 2 · A few colours
#
# Where brightness is not enough, colour may be. *k-means* puts each pixel with the nearest of k centres, moves each centre to the mean of
# its pixels, and begins again, until nothing changes. Nobody tells it what to look for, only how many.

# %% [markdown] tags=["es"]
# ## 2 · Unos pocos colores
#
# Donde el brillo no basta, quizá baste el color. *k-medias* pone cada píxel con el más cercano de k centros, mueve cada centro a la media de
# sus píxeles y vuelve a empezar, hasta que nada cambia. Nadie le dice qué buscar, solo cuántos grupos.

# %%
def k_means(values, centres, rounds=20):
    for _ in range(rounds):
        distances = ((values[:, None] - centres) ** 2).sum(axis=2)
        nearest = distances.argmin(axis=1)
        centres = [values[nearest == k].mean(axis=0) for k in range(len(centres))]
    return nearest, centres

# %%
nearest, centres = k_means(grey.reshape(-1, 1).astype(float), [[50.0], [200.0]])
print(np.ravel(centres).round(), grey.ravel()[nearest == 0].max())

# %% [markdown] tags=["en"]
# With two centres and brightness alone, the darker group ends at 107: Otsu's threshold. That is no accident. Means far apart and groups
# that are tight in themselves are one and the same wish.
#
# Now the tissue from lesson 8: brown glands, and small blue nuclei all over. SAM, given one gland, found no other.
#
# **Predict.** Two centres, three colour channels. Which pixels will be one group: the glands, or all that is dark?

# %% [markdown] tags=["es"]
# Con dos centros y solo el brillo, el grupo oscuro acaba en 107: el umbral de Otsu. No es casualidad. Medias muy separadas y grupos
# compactos por dentro son un mismo deseo.
#
# Ahora, el tejido de la lección 8: glándulas pardas y motitas azules (de células) por todas partes. SAM, con una glándula, no encontró otra.
#
# **Predice.** Dos centros, tres canales de color. ¿Qué píxeles formarán un grupo: las glándulas o todo lo oscuro?

# %%
tissue = sample_image("tissue")[::2, ::2]  # a quarter of it is enough || basta un cuarto
def lower_group(values):  # begins with the lowest and the highest || empieza con el menor y el mayor
    nearest, centres = k_means(values, values[values.sum(axis=1).argsort()[[0, -1]]])
    return (nearest == 0).reshape(tissue.shape[:2])

brown = lower_group(tissue.reshape(-1, 3).astype(float))
hue = cv2.cvtColor(tissue, cv2.COLOR_RGB2LAB)[:, :, 1:].reshape(-1, 2).astype(float)
brown_hue = ~lower_group(hue)  # high a and b: red, yellow || a y b altas: rojo, amarillo

# %%
show(tissue, brown, brown_hue, width=560,
     titles=L(["The tissue", "Red, green, blue", "Colour without brightness"],
              ["El tejido", "Rojo, verde y azul", "Color sin brillo"]))
for group in (brown, brown_hue):
    areas = np.bincount(ndimage.label(group)[0].ravel())[1:]
    print(f"{group.mean():.0%}", L("of the photo, specks:", "de la foto, motas:"), (areas < 100).sum())

# %% [markdown] tags=["en", "alt"]
# Three pictures. Left, the tissue: brown glands and small blue nuclei. Middle, white where it is dark: the glands and hundreds of specks, the
# nuclei. Right, white where it is brown: the glands, fuller, and hardly a speck.

# %% [markdown] tags=["es", "alt"]
# Tres imágenes. A la izquierda, el tejido: glándulas pardas y pequeños núcleos azules. En el centro, blanco donde es oscuro: las glándulas y
# cientos de motas, los núcleos. A la derecha, blanco donde es pardo: las glándulas, más llenas, y casi ninguna mota.

# %% [markdown] tags=["en"]
# **Explain.** With red, green and blue, a dark blue nucleus is nearer to dark brown than to white. Turn the colours into Lab, leave out L, the
# brightness, and only the hue counts: of 197 specks 10 are left. All glands are there, those too that SAM did not find. k-means groups what *your numbers*
# make alike; choosing the numbers is the work.

# %% [markdown] tags=["es"]
# **Explica.** Con rojo, verde y azul, una motita azul oscura está más cerca del pardo oscuro que del blanco. Pasa los colores a Lab, quita L, el
# brillo, y solo cuenta el tono: de 197 motas quedan 10. Están todas las glándulas, también las que SAM no encontró. k-medias agrupa lo que *tus números*
# hacen parecido; elegir los números es el trabajo.

# %% [markdown] tags=["en"]
# ## 3 · Things that touch
#
# A mask is not a count. Fill the holes in Otsu's mask, number its pieces, and leave out the crumbs.
#
# **Predict.** There are 24 coins. How many pieces will there be?

# %% [markdown] tags=["es"]
# ## 3 · Cosas que se tocan
#
# Una máscara no es un recuento. Rellena los huecos de la máscara de Otsu, numera sus trozos y descarta las migas.
#
# **Predice.** Hay 24 monedas. ¿Cuántos trozos habrá?

# %%
def large_pieces(mask, at_least=100):
    pieces, count = ndimage.label(ndimage.binary_fill_holes(mask))
    areas = np.bincount(pieces.ravel(), minlength=count + 1)
    return [pieces == k for k in range(1, count + 1) if areas[k] > at_least]

# %%
pieces = sorted(large_pieces(grey > otsu), key=np.sum)
print(len(pieces), [int(piece.sum()) for piece in pieces[-3:]])

# %% [markdown] tags=["en"]
# Twenty-four, on the dot! Would you have handed that in? **Measure.** One piece is three times as large as the next. Look at it.

# %% [markdown] tags=["es"]
# ¡Veinticuatro, ni una más! ¿Lo habrías entregado? **Mide.** Un trozo es el triple de grande que el siguiente. Míralo.

# %%
show(draw(photo, pieces[-1], color=style.ORANGE), width=420,
     titles=L("Right number, wrong count", "El número es bueno; la cuenta, no"))
print(f"{coins[pieces[-1]].mean():.0%}", L("of it is coin", "de él es moneda"))

# %% [markdown] tags=["en", "alt"]
# The coins' photo. Orange lies on a broad band of cloth along the upper edge, and on one coin of the top row that hangs on it.

# %% [markdown] tags=["es", "alt"]
# La foto de las monedas. El naranja cubre una franja ancha de tela en el borde de arriba y una moneda de la primera fila que cuelga de ella.

# %% [markdown] tags=["en"]
# The cloth's rim has caught a coin, and the two are counted as one.
#
# The *watershed* parts things in another way. Take the strength of edges as height: a coin is then a basin with a wall around it. Put *seeds*
# where you are sure, one number on very dark pixels and another on very bright ones, and let water rise from them. Where two waters meet, there
# is the border.

# %% [markdown] tags=["es"]
# La franja de tela atrapó una moneda, y las dos cuentan como una.
#
# La *watershed* (línea divisoria de aguas) separa de otra manera. Toma la fuerza de los bordes como altura: una moneda es entonces una cuenca
# con un muro alrededor. Pon *semillas* donde no tengas dudas, un número en los píxeles muy oscuros y otro en los muy claros, y deja que suba
# el agua desde ellas. Donde se encuentran dos aguas está la frontera.

# %%
from skimage.filters import sobel
from skimage.segmentation import watershed

def flood(grey, dark=30, bright=150):
    seeds = np.zeros(grey.shape, int)
    seeds[grey < dark], seeds[grey > bright] = 1, 2
    return watershed(sobel(grey), seeds) == 2

flooded = large_pieces(flood(grey))
print(len(flooded), L("pieces, the largest", "trozos, el mayor de"), max(map(np.sum, flooded)))

# %%
numbers = sum(k * piece for k, piece in enumerate(flooded, 9))
show(sobel(grey), numbers, width=580,
     titles=L(["Edges as walls", "24 basins"], ["Bordes como muros", "24 cuencas"]))
for name in ("coin_right", "coin_top_right", "coin_second_row", "coin_bottom_left"):
    own = reference_mask("coins", name)
    print(name, f"{max(compare(piece, own).iou for piece in flooded):.2f}")

# %% [markdown] tags=["en", "alt"]
# Left, the photo's edges: each coin is a bright ring with a pattern inside. Right, 24 whole discs in colours from dark blue to yellow, none of
# which touches another, and no rim.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, los bordes de la foto: cada moneda es un anillo claro con dibujos dentro. A la derecha, 24 discos enteros en colores del azul
# oscuro al amarillo, ninguno toca a otro, y sin la franja.

# %% [markdown] tags=["en"]
# **Explain.** The same 24, and this time each is a coin. The rim is as bright as a coin, but its water came from the dark seeds: no wall stands
# between. Why not measure against all 24? Because that reference was itself drawn by this very flood; an IoU with it would praise itself. The four
# coins above were drawn in another way, with SAM's help.

# %% [markdown] tags=["es"]
# **Explica.** Otra vez 24, y ahora cada una es una moneda. La franja es tan clara como una moneda, pero su agua llegó de las semillas oscuras:
# no hay muro entre medias. ¿Por qué no medir con las 24? Porque esa referencia se dibujó con esta misma inundación; un IoU con ella sería
# alabarse a sí mismo. Las cuatro monedas de arriba se dibujaron de otra manera, con ayuda de SAM.

# %% [markdown] tags=["en"]
# ## 4 · The same box
#
# Now all get the same: a photo and a box around one thing. The *threshold* is Otsu's, found inside the box. *GrabCut* (2004) takes what lies
# outside the box for background, learns a few colours for outside and inside, and cuts where neighbours differ; then it learns the colours
# anew, five times. SAM you know.

# %% [markdown] tags=["es"]
# ## 4 · La misma caja
#
# Ahora todos reciben lo mismo: una foto y una caja alrededor de una cosa. El *umbral* es el de Otsu, buscado dentro de la caja. *GrabCut* (2004)
# da por fondo lo que está fuera de la caja, aprende unos pocos colores de fuera y de dentro, y corta donde los vecinos difieren; después vuelve
# a aprender los colores, cinco veces. A SAM ya lo conoces.

# %%
def by_threshold(photo, box):
    x0, y0, x1, y1 = box
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    mask = np.zeros(grey.shape, bool)
    mask[y0:y1, x0:x1] = grey[y0:y1, x0:x1] > threshold_otsu(grey[y0:y1, x0:x1])
    return mask

def by_grabcut(photo, box):
    x0, y0, x1, y1 = box
    cv2.setRNGSeed(0)  # it begins with a draw by lot || empieza con un sorteo
    labels = np.zeros(photo.shape[:2], np.uint8)
    area = (x0, y0, x1 - x0, y1 - y0)
    cv2.grabCut(photo, labels, area, None, None, 5, cv2.GC_INIT_WITH_RECT)
    return labels % 2 == 1  # 1, 3: object, surely or probably || 1, 3: objeto, seguro o probable

# %%
TOOLS = "Otsu", "GrabCut", "SAM"
CASES = {"coin": ("coins", "coin_second_row", (245, 95, 296, 144)),
         "cat": ("cat", "cat", (0, 0, 398, 299)),
         "rocket": ("rocket", "rocket", (308, 128, 335, 412)),
         "astronaut": ("astronaut", "person", (19, 17, 359, 512))}

# %% [markdown] tags=["en"]
# **Predict.** A coin, the cat, a rocket at dusk, the astronaut before a grey wall. For which of the four will GrabCut come close to SAM?

# %% [markdown] tags=["es"]
# **Predice.** Una moneda, la gata, un cohete al anochecer, la astronauta ante una pared gris. ¿En cuáles de las cuatro fotos se
# acercará GrabCut a SAM?

# %%
def try_all(name, thing, box):
    segmenter = Segmenter(name)
    masks = (by_threshold(segmenter.image, box), by_grabcut(segmenter.image, box),
             segmenter.predict(Prompt(box=box)).best_mask)
    wanted = reference_mask(name, thing)
    return segmenter.image, masks, [compare(mask, wanted).iou for mask in masks]

# %%
tried = {case: try_all(*rest) for case, rest in CASES.items()}
for case, (_, _, ious) in tried.items():
    named = (f"{tool} {iou:.2f}" for tool, iou in zip(TOOLS, ious))
    print(f"{case:<9}", *named, sep="  ")

# %% [markdown] tags=["en"]
# Now look at the masks, each in a square around its box.

# %% [markdown] tags=["es"]
# Ahora mira las máscaras, cada una en un cuadrado alrededor de su caja.

# %%
def cut_out(photo, mask, box):
    x0, y0, x1, y1 = box
    half, x, y = max(x1 - x0, y1 - y0) // 2 + 12, (x0 + x1) // 2, (y0 + y1) // 2
    photo = np.pad(photo, ((half, half), (half, half), (0, 0)))
    layers = photo, np.pad(mask, half).astype(np.uint8)
    photo, mask = (cv2.resize(layer[y:y + 2 * half, x:x + 2 * half], (160, 160),
                              interpolation=cv2.INTER_AREA) for layer in layers)
    return draw(photo, mask > 0)

# %%
pictures = [cut_out(tried[case][0], tried[case][1][tool], CASES[case][2])
            for tool in range(3) for case in CASES]
titles = [f"{name} {tried[case][2][tool]:.2f}"
          for tool, name in enumerate(TOOLS) for case in CASES]
show(*pictures, columns=4, width=600, titles=titles)

# %% [markdown] tags=["en", "alt", "cover"]
# Twelve pictures in three rows of four: a coin, the cat, the rocket, the astronaut, with the masks of Otsu, GrabCut and SAM. The coin is whole in
# all three. Otsu speckles the cat and the astronaut; GrabCut has nearly the whole cat, but neither the rocket's nose nor the astronaut's collar; SAM has all.

# %% [markdown] tags=["es", "alt", "cover"]
# Doce imágenes en tres filas de cuatro: una moneda, la gata, el cohete y la astronauta, con las máscaras de Otsu, GrabCut y SAM. La moneda está
# entera en las tres. Otsu llena de motas a la gata y a la astronauta; GrabCut tiene casi toda la gata, pero ni la punta del cohete ni el cuello
# del traje; SAM lo tiene todo.

# %% [markdown] tags=["en"]
# **Measure.** On the coin all three are above 0.9. The cat's fur has colours that the wall has not: GrabCut is close behind SAM. But the rocket's
# nose is as dark as the evening sky, and the inside of the astronaut's collar as black as the helmet outside of her box: both are missing.
#
# **Explain.** GrabCut knows what is in this one photo, no more. SAM learnt from a billion masks and expects that a suit has a collar. (It
# has a home advantage, too: these references were drawn with its help and mended by hand.)

# %% [markdown] tags=["es"]
# **Mide.** En la moneda los tres pasan de 0,9. El pelo de la gata tiene colores que la pared no tiene: GrabCut va justo detrás de SAM. Pero la
# punta del cohete es tan oscura como el cielo del anochecer, y el interior del cuello del traje, tan negro como el casco, fuera de la caja: faltan los dos.
#
# **Explica.** GrabCut sabe lo que hay en esta única foto, nada más. SAM aprendió de mil millones de máscaras y espera que un traje
# tenga cuello. (También juega en casa: estas referencias se dibujaron con su ayuda y se corrigieron a mano.)

# %% [markdown] tags=["en"]
# ## 5 · When is the cheap tool enough?
#
# First, switch off the light. A lamp on the left leaves the right side of the table in the dark.

# %% [markdown] tags=["es"]
# ## 5 · ¿Cuándo basta con la herramienta barata?
#
# Primero, apaga la luz. Una lámpara a la izquierda deja a oscuras el lado derecho de la mesa.

# %%
dusk = (photo * np.linspace(1, 0.3, photo.shape[1])[None, :, None]).astype(np.uint8)
four = {"coin_right": (315, 156, 379, 218), "coin_top_right": (305, 16, 364, 72),
        "coin_second_row": (245, 95, 296, 144), "coin_bottom_left": (18, 233, 74, 288)}

# %% [markdown] tags=["en"]
# **Predict.** Otsu, Otsu with the light evened out, the flood, and SAM with a box around four of the coins: which two will hardly notice?

# %% [markdown] tags=["es"]
# **Predice.** Otsu, Otsu con la luz igualada, la inundación, y SAM con una caja alrededor de cuatro monedas: ¿qué dos apenas lo notarán?

# %%
def of_sam(photo):
    segmenter = Segmenter(photo)
    ious = []
    for name, box in four.items():
        mask = segmenter.predict(Prompt(box=box)).best_mask
        ious.append(compare(mask, reference_mask("coins", name)).iou)
    return np.mean(ious)

# %%
for light in (photo, dusk):
    lit = light[:, :, 0]
    flat = flatten(lit)
    masks = lit > threshold_otsu(lit), flat > threshold_otsu(flat)
    plain, evened = (f"{compare(mask, coins).iou:.2f}" for mask in masks)
    print("Otsu", plain, L(" evened out", " igualada"), evened, L(" pieces", " trozos"),
          len(large_pieces(flood(lit))), f" SAM {of_sam(light):.2f}")
show(dusk, *masks, width=620, titles=L(["One lamp", "Otsu", "Light evened out first"],
                                       ["Una lámpara", "Otsu", "Antes, la luz igualada"]))

# %% [markdown] tags=["en", "alt"]
# Three pictures. The coins' photo, which grows dark to the right. Otsu's mask of it: white cloth along the top and the left edge holds
# coins fast, and the coins on the right are in pieces or missing. Last, all 24 coins again, white on black.

# %% [markdown] tags=["es", "alt"]
# Tres imágenes. La foto de las monedas, que se oscurece hacia la derecha. Su máscara de Otsu: la tela blanca del borde de arriba y del
# izquierdo atrapa monedas, y las de la derecha están rotas o faltan. Al final, otra vez las 24 monedas, blancas sobre negro.

# %% [markdown] tags=["en"]
# **Measure.** Otsu falls from 0.79 to 0.50, and the flood, whose seeds are fixed numbers, loses half of its pieces.
# SAM does not notice, and the one line of section 1 is nearly as steady, for nothing.
#
# And the other way round? A photographer in a dark coat, against a bright sky. He is darker than what is around him, so the threshold gets
# the negative.

# %% [markdown] tags=["es"]
# **Mide.** Otsu cae de 0,79 a 0,50, y la inundación, cuyas semillas son números fijos, pierde la mitad de sus trozos.
# SAM no lo nota, y la línea de la sección 1 es casi igual de firme, y gratis.
#
# ¿Y al revés? Un fotógrafo con abrigo oscuro ante un cielo claro. Es más oscuro que lo que lo rodea, así que el umbral recibe
# el negativo.

# %%
box = (0, 66, 306, 512)
man, masks, ious = try_all("camera", "photographer", box)
dark_side = by_threshold(255 - man, box)
ious[0] = compare(dark_side, reference_mask("camera", "photographer")).iou
print(*(f"{iou:.2f}" for iou in ious))

# %%
titles = [f"{name} {iou:.2f}" for name, iou in zip(TOOLS, ious)]
show(*(draw(man, mask) for mask in (dark_side, *masks[1:])), width=620, titles=titles)

# %% [markdown] tags=["en", "alt"]
# A photographer in a dark coat with his camera, three times. The masks of Otsu and GrabCut have the whole coat, and half of the tripod; SAM's has
# no tripod, but neither the coat's lower left corner nor the gloves.

# %% [markdown] tags=["es", "alt"]
# Un fotógrafo con abrigo oscuro y su cámara, tres veces. Las máscaras de Otsu y de GrabCut tienen el abrigo entero y medio trípode; la de SAM
# no tiene trípode, pero tampoco la esquina inferior izquierda del abrigo ni los guantes.

# %% [markdown] tags=["en"]
# **Explain.** Here the network comes last: it leaves out a corner of the coat, and the gloves. The coat against sky and grass is a question of
# brightness, and brightness is what a threshold knows. (It knows nothing else: it took half of the tripod along.)
#
# | tool | what it asks of you | what it holds on to | what breaks it |
# |---|---|---|---|
# | threshold | a number, or nothing | one brightness | light that changes |
# | k-means | how many groups | colours of your choice | two things of one colour |
# | watershed | seeds | edges | seeds in the wrong place |
# | GrabCut | a box | colours in and out, edges | a background like the thing |
# | SAM | a box or a click | what things look like | "which thing?"; pictures unlike photographs |
#
# So ask in this order. Do I make the light? Is it one colour against another? Do I need *what* it is, or only *where* it is bright? And whatever
# you take: measure it, on ten photos with a reference, before you believe it. A cheap tool that is enough has a great virtue besides: you can
# say why it did what it did.

# %% [markdown] tags=["es"]
# **Explica.** Aquí la red queda última: le faltan una esquina del abrigo y los guantes. El abrigo contra el cielo y la hierba es cuestión de
# brillo, y de brillo sabe un umbral. (No sabe nada más: se llevó también medio trípode.)
#
# | herramienta | qué te pide | en qué se apoya | qué la estropea |
# |---|---|---|---|
# | umbral | un número, o nada | un brillo | una luz que cambia |
# | k-medias | cuántos grupos | los colores que elijas | dos cosas del mismo color |
# | watershed | semillas | los bordes | semillas mal puestas |
# | GrabCut | una caja | colores de dentro y de fuera, bordes | un fondo como la cosa |
# | SAM | una caja o un clic | el aspecto de las cosas | «¿qué cosa?»; imágenes que no son fotografías |
#
# Pregunta, pues, en este orden. ¿Pongo yo la luz? ¿Es un color contra otro? ¿Necesito *qué* es, o solo *dónde* es claro? Y elijas lo que
# elijas: mídelo, en diez fotos con referencia, antes de creértelo. Una herramienta barata que basta tiene además una gran virtud: puedes
# decir por qué hizo lo que hizo.

# %% [markdown] tags=["en"]
# ## Recap
#
# - A histogram shows before you begin whether a threshold can work: two hills apart, or one on top of the other.
# - Otsu finds the threshold between the hills; evening out the light often gains more than a better threshold.
# - k-means groups what your numbers make alike; leave out the numbers that do not matter.
# - The right number of pieces can be a wrong count. The watershed parts what touches, from seeds where you are sure.
# - GrabCut makes colours of a box. Where thing and background share them, only something that knows things will do.
# - Begin with the cheapest tool, measure, and go on until it is good enough.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Un histograma enseña antes de empezar si un umbral puede servir: dos colinas separadas, o una encima de la otra.
# - Otsu encuentra el umbral entre las colinas; igualar la luz suele ganar más que buscar un umbral mejor.
# - k-medias agrupa lo que tus números hacen parecido; quita los números que no importan.
# - El número correcto de trozos puede ser una cuenta falsa. La watershed separa lo que se toca, desde semillas donde no hay dudas.
# - GrabCut saca colores de una caja. Donde la cosa y el fondo los comparten, solo sirve algo que conozca las cosas.
# - Empieza por la herramienta más barata, mide, y sigue hasta que baste.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 9.1 · A threshold by hand
#
# `counts[b]` says how many pixels have the brightness `b`. Write `otsu_threshold(counts)`: try each threshold `t`; the dark group are the pixels with
# `b <= t`, the bright one the others. With $n_0$, $n_1$ pixels and the mean brightnesses $m_0$, $m_1$, return the `t` for which
# $n_0 n_1 (m_0 - m_1)^2$ is largest. Both groups must have pixels. It will be tried on other histograms, shorter ones too.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 9.1 · Un umbral a mano
#
# `counts[b]` dice cuántos píxeles tienen el brillo `b`. Escribe `otsu_threshold(counts)`: prueba cada umbral `t`; el grupo oscuro son los píxeles con
# `b <= t`, y el claro los demás. Con $n_0$, $n_1$ píxeles y los brillos medios $m_0$, $m_1$, devuelve el `t` con el que
# $n_0 n_1 (m_0 - m_1)^2$ es mayor. Los dos grupos deben tener píxeles. Se probará con otros histogramas, también más cortos.

# %% tags=["solution"]
def otsu_threshold(counts):
    b = np.arange(len(counts))
    def apart(t):
        dark, bright = counts[:t + 1], counts[t + 1:]
        if dark.sum() == 0 or bright.sum() == 0:
            return 0
        m0 = np.average(b[:t + 1], weights=dark)
        m1 = np.average(b[t + 1:], weights=bright)
        return float(dark.sum()) * bright.sum() * (m0 - m1) ** 2
    return max(b, key=apart)

check("9.1", otsu_threshold)

# %% [markdown] tags=["en"]
# ### 9.2 · Seeds for what touches
#
# Four grains touch, and the mask has one piece. Inside a grain, the *distance* to the nearest pixel that is no mask grows towards the middle.

# %% [markdown] tags=["es"]
# ### 9.2 · Semillas para lo que se toca
#
# Cuatro granos se tocan, y la máscara tiene un solo trozo. Dentro de un grano, la *distancia* al píxel más cercano que no es máscara crece hacia
# el centro.

# %%
y, x = np.mgrid[:90, :200]
circles = [(40, 45, 30), (92, 45, 26), (128, 45, 15), (165, 45, 28)]
grains = np.any([(x - a) ** 2 + (y - b) ** 2 < r ** 2 for a, b, r in circles], axis=0)
distance = ndimage.distance_transform_edt(grains)
show(grains, distance, width=640, titles=L(["One piece", "Four peaks"], ["Un trozo", "Cuatro picos"]))
print(ndimage.label(grains)[1], f"{distance.max():.0f}")

# %% [markdown] tags=["en", "alt"]
# Left, four white discs in a row that run into each other; the third is much smaller. Right, their distances: each disc is bright in its middle
# and dark at its edge, the small one less bright than the others.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, cuatro discos blancos en fila que se funden unos con otros; el tercero es mucho menor. A la derecha, sus distancias: cada disco
# es claro en el centro y oscuro en el borde, y el pequeño es menos claro que los demás.

# %% [markdown] tags=["en"]
# Write `seeds(mask)`: return an array of whole numbers, as large as the mask, with one number on each grain (1, 2, 3 …, on a pixel or on a few) and
# 0 elsewhere. A pixel whose distance is the largest for several pixels around is a good place (`ndimage.maximum_filter`), and `ndimage.label`
# numbers places. It will be tried on grains of other sizes. `watershed(-distance, seeds(mask), mask=mask)` shows how well it parts them.

# %% [markdown] tags=["es"]
# Escribe `seeds(mask)`: devuelve un arreglo de enteros, tan grande como la máscara, con un número en cada grano (1, 2, 3 …, en un píxel o en unos
# pocos) y 0 en lo demás. Un píxel cuya distancia sea la mayor en varios píxeles a la redonda es buen sitio (`ndimage.maximum_filter`), y
# `ndimage.label` numera los sitios. Se probará con granos de otros tamaños. `watershed(-distance, seeds(mask), mask=mask)` enseña lo bien
# que los separa.

# %% tags=["solution"]
def seeds(mask):
    distance = ndimage.distance_transform_edt(mask)
    peaks = mask & (distance == ndimage.maximum_filter(distance, 15))
    return ndimage.label(peaks)[0]

check("9.2", seeds)

# %% [markdown] tags=["en"]
# ### 9.3 · The cheapest tool that is enough
#
# Three more things, each with its box. Asked for is an IoU of 0.9. In order of cost the tools are `"threshold"`, `"grabcut"` and `"sam"`. Hand in
# a dictionary that names for each thing the cheapest that reaches it, measured with `try_all`.

# %% [markdown] tags=["es"]
# ### 9.3 · La más barata que basta
#
# Tres cosas más, cada una con su caja. Se pide un IoU de 0,9. Por orden de coste, las herramientas son `"threshold"`, `"grabcut"` y `"sam"`.
# Entrega un diccionario que diga, para cada cosa, la más barata que lo alcanza, medido con `try_all`.

# %%
THINGS = {"coin": ("coins", "coin_right", (315, 156, 379, 218)),
          "cup": ("coffee", "cup_with_saucer", (77, 19, 478, 391)),
          "helmet": ("astronaut", "helmet", (280, 344, 512, 512))}

# %% tags=["solution"]
TOOLS = ("threshold", "grabcut", "sam")
enough = {}
for thing, (name, part, box) in THINGS.items():
    ious = try_all(name, part, box)[2]
    enough[thing] = next(tool for tool, iou in zip(TOOLS, ious) if iou >= 0.9)

check("9.3", enough)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions; each answer explains itself.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas; cada respuesta trae su explicación.

# %%
quiz(9)

# %%
progress(9)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - N. Otsu, *A Threshold Selection Method from Gray-Level Histograms* (1979): four pages that are still read,
#   [doi:10.1109/TSMC.1979.4310076](https://doi.org/10.1109/TSMC.1979.4310076).
# - C. Rother, V. Kolmogorov and A. Blake, *"GrabCut": Interactive Foreground Extraction using Iterated Graph Cuts* (2004):
#   [doi:10.1145/1015706.1015720](https://doi.org/10.1145/1015706.1015720).
# - L. Vincent and P. Soille, *Watersheds in Digital Spaces* (1991), the flood as an algorithm: [doi:10.1109/34.87344](https://doi.org/10.1109/34.87344).
# - R. Szeliski, *Computer Vision: Algorithms and Applications* (2nd edition, 2022), chapters 3 and 4: a book on all of this.

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - N. Otsu, *A Threshold Selection Method from Gray-Level Histograms* (1979): cuatro páginas que aún se leen,
#   [doi:10.1109/TSMC.1979.4310076](https://doi.org/10.1109/TSMC.1979.4310076).
# - C. Rother, V. Kolmogorov y A. Blake, *"GrabCut": Interactive Foreground Extraction using Iterated Graph Cuts* (2004):
#   [doi:10.1145/1015706.1015720](https://doi.org/10.1145/1015706.1015720).
# - L. Vincent y P. Soille, *Watersheds in Digital Spaces* (1991), la inundación como algoritmo: [doi:10.1109/34.87344](https://doi.org/10.1109/34.87344).
# - R. Szeliski, *Computer Vision: Algorithms and Applications* (2.ª edición, 2022), capítulos 3 y 4: un libro sobre todo esto.
