# %% [markdown] tags=["en"]
# # Lesson 8 · Count them
#
# You have clicked one coin. There are twenty-three more on the table, and nobody wants to click them all. In this lesson one
# click finds the others: not because the network was trained on coins, but because it sees that they are alike. Then comes the
# question that every count has to answer: how alike is alike enough?
#
# ## What you will learn
#
# - how the cells of SAM's embedding tell what looks alike, computed by hand;
# - to choose a threshold from a histogram, and to say what it costs in precision and in recall;
# - why one thing may have only one mask before anything is counted;
# - to recognise the photos on which all this fails, before you believe the number.
#
# About {minutes} minutes. You need: lessons 2 (SAM and its embedding), 4 (a grid of clicks) and 5 (precision and recall).

# %% [markdown] tags=["es"]
# # Lección 8 · Cuéntalas
#
# Has hecho clic en una moneda. En la mesa hay veintitrés más y nadie quiere hacer clic en todas. En esta lección, un solo clic
# encuentra las demás: no porque la red haya aprendido qué es una moneda, sino porque ve que se parecen. Después llega la pregunta
# que todo recuento debe contestar: ¿cuánto parecido es suficiente?
#
# ## Qué vas a aprender
#
# - cómo las casillas del embedding de SAM dicen qué se parece a qué, calculado a mano;
# - a elegir un umbral con un histograma y a decir cuánto cuesta en precisión y en exhaustividad;
# - por qué cada cosa debe tener una sola máscara antes de contar nada;
# - a reconocer las fotos en las que todo esto falla, antes de creerte el número.
#
# Unos {minutes} minutos. Necesitas: las lecciones 2 (SAM y su embedding), 4 (una cuadrícula de clics) y 5 (precisión y exhaustividad).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import matplotlib.pyplot as plt
import numpy as np

from segwidgets import ClickSegmenter, Prompt, Segmenter, compare, find_similar, style
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start

start(8, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · One click, twenty-four coins
#
# Greek coins from Pompeii, four rows of six. One click, as in lesson 2, gives the mask of one coin. We call it the *exemplar*.

# %% [markdown] tags=["es"]
# ## 1 · Un clic, veinticuatro monedas
#
# Monedas griegas de Pompeya, cuatro filas de seis. Un clic, como en la lección 2, da la máscara de una moneda. La llamamos el
# *ejemplar*.

# %%
segmenter = Segmenter("coins")
photo, click = segmenter.image, Prompt([(102, 125)])
coin = segmenter.predict(click).best_mask
show(draw(photo, coin, click), width=480, titles=L("The exemplar", "El ejemplar"))
print(coin.sum(), L("pixels", "píxeles"))

# %% [markdown] tags=["en", "alt"]
# A grey photo of 24 coins in four rows. One coin of the second row is blue and bears a green click.

# %% [markdown] tags=["es", "alt"]
# Una foto gris de 24 monedas en cuatro filas. Una moneda de la segunda fila está en azul y lleva un clic verde.

# %% [markdown] tags=["en"]
# **Predict.** The coins are of different sizes, some bear a head, some an animal, and the light falls from the upper left. How many of
# the other 23 will be found from this one?

# %% [markdown] tags=["es"]
# **Predice.** Las monedas son de distinto tamaño, unas llevan una cabeza y otras un animal, y la luz cae desde arriba a la izquierda.
# ¿Cuántas de las otras 23 se encontrarán a partir de esta?

# %%
from segwidgets.similar import explain_similar, likeness_map

found = find_similar(segmenter, coin)
scene = photo
for number, mask in enumerate(found.mask):
    scene = draw(scene, mask, color=style.palette_color(number))
show(scene, width=480, titles=L("One click, 24 masks", "Un clic, 24 máscaras"))
print(explain_similar(found, L("en", "es")))

# %% [markdown] tags=["en", "alt", "cover"]
# The same photo; each of the 24 coins has a mask of its own, in changing colours, and nothing else has.

# %% [markdown] tags=["es", "alt", "cover"]
# La misma foto; cada una de las 24 monedas tiene su propia máscara, en colores distintos, y nada más la tiene.

# %% [markdown] tags=["en"]
# All of them. With the mouse it works the same way: click a coin in the widget, press **A** ("all like it"), move the slider, and press
# **Enter** to keep them as objects. Escape drops them, and undo takes them all back in one step.

# %% [markdown] tags=["es"]
# Todas. Con el ratón es igual: haz clic en una moneda del widget, pulsa **A** («todo lo parecido»), mueve el control y pulsa **Intro**
# para guardarlas como objetos. Escape las descarta, y deshacer las retira todas de una vez.

# %%
clicks = ClickSegmenter("coins", lang=L("en", "es"))
clicks.add_point(102, 125)
clicks.find_similar()
clicks.keep_similar()
print(len(clicks.objects), L("objects", "objetos"))
clicks

# %% [markdown] tags=["en", "alt"]
# The widget's photo with a mask on each of the 24 coins.

# %% [markdown] tags=["es", "alt"]
# La foto del widget con una máscara en cada una de las 24 monedas.

# %% [markdown] tags=["en"]
# ## 2 · What looks alike to the network
#
# How does it know? The encoder turned the photo into a grid of cells, each a list of 256 numbers: an arrow in a space of 256
# dimensions. Cells that show alike things point in alike directions, and the *cosine* of the angle between two arrows says how alike:
# 1 for the same direction, 0 for a right angle.

# %% [markdown] tags=["es"]
# ## 2 · Qué se parece para la red
#
# ¿Cómo lo sabe? El codificador convirtió la foto en una cuadrícula de casillas, cada una con una lista de 256 números: una flecha en un
# espacio de 256 dimensiones. Las casillas que muestran cosas parecidas apuntan en direcciones parecidas, y el *coseno* del ángulo entre dos
# flechas dice cuánto: 1 si apuntan en la misma dirección, 0 si forman un ángulo recto.

# %%
cells = segmenter.frame.crop_grid(segmenter.image_embedding)
inside = segmenter.frame.cell_shares(coin)  # how much of each cell is coin || cuánto de cada casilla es moneda
print(cells.shape, inside.shape, round(float(inside.sum()), 1))

# %% [markdown] tags=["en"]
# The photo lies in 51 rows and 64 columns of cells, and the coin covers 31 of them. Their mean, weighted by how much of each cell is
# coin, is the direction to compare with.

# %% [markdown] tags=["es"]
# La foto ocupa 51 filas y 64 columnas de casillas, y la moneda cubre 31. Su media, ponderada por cuánto de cada casilla es
# moneda, es la dirección con la que se compara.

# %%
def mean_of(cells, weights):
    return (cells * weights).sum(axis=(1, 2)) / weights.sum()

def cosine(cells, direction):
    lengths = np.linalg.norm(cells, axis=0) * np.linalg.norm(direction)
    return np.tensordot(direction, cells, axes=1) / lengths

# %% [markdown] tags=["en"]
# **Predict.** What does the bare cloth between the coins get: about 0, or clearly more?

# %% [markdown] tags=["es"]
# **Predice.** ¿Cuánto da la tela vacía entre las monedas: cerca de 0 o claramente más?

# %%
plain = cosine(cells, mean_of(cells, inside))
background = mean_of(cells, 1 - inside)
centred = cells - background[:, None, None]
clear = cosine(centred, mean_of(centred, inside))
for name, values in ((L("plain", "sin más"), plain), (L("centred", "centrado"), clear)):
    print(f"{name:<9}", L("typical cell", "casilla típica"), f"{np.median(values):5.2f}")

# %%
show(plain, clear, width=700,
     titles=[L("Plain: the cloth is a bit like a coin", "Sin más: la tela se parece algo"),
             L("Background taken off: it is not", "Sin el fondo: ya no se parece")])
print(f"{plain.min():.2f} … {plain.max():.2f}   {clear.min():.2f} … {clear.max():.2f}")

# %% [markdown] tags=["en", "alt"]
# Two maps of large square cells. In both, 24 yellow discs lie where the coins are. Left, the ground between them is a middling blue-green;
# right, it is dark blue, so that the discs stand out more clearly.

# %% [markdown] tags=["es", "alt"]
# Dos mapas de casillas cuadradas grandes. En los dos hay 24 discos amarillos donde están las monedas. A la izquierda, el suelo entre ellos
# es de un azul verdoso intermedio; a la derecha es azul oscuro, y los discos destacan más.

# %% [markdown] tags=["en"]
# **Explain.** Nobody told the network what a coin is. But the cells' arrows all share a large part, which says little more than "this is a
# photo": that is why the bare cloth gets 0.35. Take off the mean of everything that is not the exemplar, and what is left is what
# *distinguishes* a coin. `likeness_map` does the same twice, the second time without counting the other coins as background,
# and scales it so that the exemplar itself has 1.

# %% [markdown] tags=["es"]
# **Explica.** Nadie le dijo a la red qué es una moneda. Pero las flechas de todas las casillas comparten una gran parte, que dice poco más
# que «esto es una foto»: por eso la tela vacía da 0,35. Si quitas la media de todo lo que no es el ejemplar, queda lo que
# *distingue* a una moneda. `likeness_map` hace lo mismo dos veces, la segunda sin contar como fondo las demás monedas, y
# lo escala para que el propio ejemplar valga 1.

# %%
alike = likeness_map(segmenter, coin)
coins = reference_mask("coins", "coins")
on_coins = segmenter.frame.cell_shares(coins)
print(L("on all coins", "en todas las monedas"), f"{np.average(alike, weights=on_coins):.2f}",
      L("elsewhere", "en lo demás"), f"{np.average(alike, weights=1 - on_coins):.2f}")

# %% [markdown] tags=["en"]
# ## 3 · How alike is alike enough?
#
# A map is not a count. We need masks, and for each mask one number. Take the grid of clicks from lesson 4, with its filters nearly open, and
# rate each mask by how alike its cells are on average. A mask of another size is less likely to be one more coin, so size counts a
# little: four times the area costs 30 %.

# %% [markdown] tags=["es"]
# ## 3 · ¿Cuánto parecido es suficiente?
#
# Un mapa no es un recuento. Hacen falta máscaras y, para cada una, un número. Toma la cuadrícula de clics de la lección 4, con los filtros
# casi abiertos, y puntúa cada máscara por el parecido medio de sus casillas. Es menos probable que una máscara de otro tamaño sea otra
# moneda, así que el tamaño cuenta un poco: cuatro veces el área cuesta un 30 %.

# %%
from segwidgets.automatic import generate_masks

everything = generate_masks(segmenter, 12, 0.7, 0.7).mask
def rate(mask):
    ratio = mask.sum() / coin.sum()
    likeness = np.average(alike, weights=segmenter.frame.cell_shares(mask))
    return likeness * min(ratio, 1 / ratio) ** 0.25

ratings = np.array([rate(mask) for mask in everything])
print(len(ratings), L("masks, rated from", "máscaras, puntuadas de"),
      f"{ratings.min():.2f}", L("to", "a"), f"{ratings.max():.2f}")

# %% [markdown] tags=["en"]
# To know which of them are coins, we need a reference. This one was drawn without any network, from brightness and edges; its 24 pieces are
# numbered, and a mask is *coin 7* if its IoU with piece 7 is above 0.8. What is no coin gets 0.

# %% [markdown] tags=["es"]
# Para saber cuáles son monedas hace falta una referencia. Esta se dibujó sin ninguna red, a partir del brillo y los bordes; sus 24 trozos
# están numerados, y una máscara es *la moneda 7* si su IoU con el trozo 7 pasa de 0,8. Lo que no es moneda lleva un 0.

# %%
from skimage.measure import label

pieces = label(coins)
def coin_of(mask):
    piece = np.bincount(pieces[mask], minlength=25)[1:].argmax() + 1
    return int(piece) if compare(mask, pieces == piece).iou > 0.8 else 0

names = np.array([coin_of(mask) for mask in everything])
print(pieces.max(), (names > 0).sum(), (names == 0).sum())

# %% [markdown] tags=["en"]
# 24 coins in the photo; of the 44 masks 26 are a coin (two coins came twice) and 18 are not. **Predict.** Draw the histogram of the
# ratings in your mind: will coins and the others lie apart?

# %% [markdown] tags=["es"]
# Hay 24 monedas en la foto; de las 44 máscaras, 26 son una moneda (dos salieron repetidas) y 18 no. **Predice.** Imagina el histograma de
# las puntuaciones: ¿quedarán separadas las monedas de lo demás?

# %%
def histogram(values, names, title):
    figure, axes = plt.subplots(figsize=(6.4, 3.2), dpi=100, layout="constrained")
    axes.hist([values[names > 0], values[names == 0]], np.arange(-0.1, 1.11, 0.05),
              stacked=True, color=["#0072B2", "#E69F00"], edgecolor="white",
              label=[L("a coin", "una moneda"), L("no coin", "no es moneda")])
    axes.set(xlabel=L("how alike", "parecido"), ylabel=L("masks", "máscaras"))
    axes.set_title(title, loc="left")
    axes.legend(frameon=False)
    plt.show()

# %%
histogram(ratings, names, L("Between 0.7 and 0.8 they mix", "Entre 0.7 y 0.8 se mezclan"))
print(L("lowest coin", "la moneda más baja"), f"{ratings[names > 0].min():.2f}",
      L("highest other", "lo demás, como mucho"), f"{ratings[names == 0].max():.2f}")

# %% [markdown] tags=["en", "alt"]
# A histogram. Coins, in blue, lie between 0.7 and 1; what is no coin, in orange, lies between 0.6 and 0.8, so that the two mix around
# 0.75. One single orange mask lies near 0.

# %% [markdown] tags=["es", "alt"]
# Un histograma. Las monedas, en azul, van de 0,7 a 1; lo que no es moneda, en naranja, de 0,6 a 0,8, así que se mezclan hacia 0,75.
# Una única máscara naranja queda cerca de 0.

# %% [markdown] tags=["en"]
# They mix, so no threshold is free of errors. Lesson 5 has the words for it. *Precision*: what share of the masks that we keep is a
# coin? *Recall*: what share of the 24 coins do we have?

# %% [markdown] tags=["es"]
# Se mezclan, así que ningún umbral está libre de errores. La lección 5 tiene las palabras. *Precisión*: ¿qué parte de las máscaras que
# nos quedamos es una moneda? *Exhaustividad*: ¿qué parte de las 24 monedas tenemos?

# %%
def precision_recall(names):
    right = names[names > 0]
    return len(right) / len(names), len(set(right)) / 24

def table(ratings, names):
    for threshold in (0.5, 0.7, 0.75, 0.8, 0.9):
        precision, recall = precision_recall(names[ratings >= threshold])
        print(f"{threshold:.2f} {(ratings >= threshold).sum():>4}", end="   ")
        print(f"{precision:.2f} {recall:.2f}")

# %%
table(ratings, names)
impostors = np.flatnonzero(names == 0)[np.argsort(-ratings[names == 0])][:3]
show(*[draw(photo, everything[i], color=style.ORANGE) for i in impostors],
     titles=[f"{ratings[i]:.2f}" for i in impostors], width=700)

# %% [markdown] tags=["en", "alt"]
# The three best rated masks that are no coin, in orange: each covers two whole coins at once. In the first two one lies below the other, in
# the third they lie side by side.

# %% [markdown] tags=["es", "alt"]
# Las tres máscaras mejor puntuadas que no son una moneda, en naranja: cada una cubre dos monedas enteras a la vez. En las dos primeras
# están una debajo de la otra; en la tercera, una al lado de la otra.

# %% [markdown] tags=["en"]
# **Measure.** Each line: the threshold, how many masks reach it, precision, recall. At 0.70 every coin is there, but a third of the masks
# are not coins; at 0.80 every mask is a coin, but four coins are missing. Between them you pay one with the other.
#
# **Explain.** Look at the impostors. They are pairs of coins! Of course their cells look like coin: they *are* coin. No threshold on
# likeness will ever tell two coins from one.

# %% [markdown] tags=["es"]
# **Mide.** En cada línea: el umbral, cuántas máscaras lo alcanzan, la precisión y la exhaustividad. Con 0,70 están todas las monedas, pero un
# tercio de las máscaras no lo es; con 0,80 cada máscara es una moneda, pero faltan cuatro. Entre medias, lo que ganas en una lo pagas en la otra.
#
# **Explica.** Fíjate en las impostoras. ¡Son parejas de monedas! Claro que sus casillas se parecen a una moneda: *son* moneda. Ningún
# umbral sobre el parecido distinguirá nunca dos monedas de una.

# %% [markdown] tags=["en"]
# ## 4 · One thing, one mask
#
# But a pair lies *on* two coins that have masks of their own, and those are more like the exemplar. So walk through the masks from the most
# alike to the least, and keep only what hardly overlaps anything that is already kept. It is lesson 4's NMS, with masks instead of boxes.
#
# **Predict.** What will this do to precision, and what to recall?

# %% [markdown] tags=["es"]
# ## 4 · Cada cosa, una máscara
#
# Pero una pareja está *encima* de dos monedas que tienen su propia máscara, y estas se parecen más al ejemplar. Así que recorre las máscaras
# de la más parecida a la menos y quédate solo con lo que apenas pise algo ya guardado. Es la NMS de la lección 4, con máscaras en vez de cajas.
#
# **Predice.** ¿Qué le hará esto a la precisión, y qué a la exhaustividad?

# %%
kept = []
for i in np.argsort(-ratings):
    area = everything[i].sum()
    others = [(everything[i] & everything[j]).sum() / min(area, everything[j].sum())
              for j in kept]
    if max(others, default=0) < 0.3:
        kept.append(i)
print(len(ratings), "→", len(kept))

# %%
table(ratings[kept], names[kept])
histogram(ratings[kept], names[kept],
          L("Now any threshold below 0.7 counts 24", "Ahora cuenta 24 todo umbral bajo 0.7"))

# %% [markdown] tags=["en", "alt"]
# A histogram of 24 masks, all of them coins, between 0.7 and 1. To the left of 0.7 there is nothing at all.

# %% [markdown] tags=["es", "alt"]
# Un histograma de 24 máscaras, todas monedas, entre 0,7 y 1. A la izquierda de 0,7 no hay nada.

# %% [markdown] tags=["en"]
# **Explain.** Precision is 1 at every threshold now, and recall says the rest: whoever sets the threshold at 0.9 loses eleven coins, the
# large ones. And the histogram has what we were looking for: a *gap*. From 0 to 0.7 there is nothing, so it does not matter
# where in the gap the threshold stands, and a slightly different photo would give the same count. `find_similar` works this way: it clicks
# where the map has its peaks, 23 clicks instead of our 144, takes into account how sure SAM is of each mask, and its threshold of 0.7 is only a
# beginning. The histogram of *your* photo decides.

# %% [markdown] tags=["es"]
# **Explica.** Ahora la precisión es 1 con cualquier umbral, y el resto lo dice la exhaustividad: quien ponga el umbral en 0,9 pierde once
# monedas, las grandes. Y el histograma tiene lo que buscábamos: un *hueco*. De 0 a 0,7 no hay nada, así que da igual en qué punto
# del hueco esté el umbral, y una foto un poco distinta daría la misma cuenta. `find_similar` trabaja así: hace clic donde el mapa tiene
# sus picos, 23 clics en vez de nuestros 144, tiene en cuenta lo seguro que está SAM de cada máscara, y su umbral de 0,7 es solo un
# comienzo. Decide el histograma de *tu* foto.

# %% [markdown] tags=["en"]
# ## 5 · Where it fails
#
# Now two photos that look made for it: Hubble's deepest view of the sky, thousands of galaxies, and a slice of tissue with five glands (the
# brown rings of cells). In each, one click on one of them.
#
# **Predict.** How many galaxies will be found, and how many glands?

# %% [markdown] tags=["es"]
# ## 5 · Dónde falla
#
# Ahora, dos fotos que parecen hechas para esto: la vista más profunda del cielo que tiene el Hubble, con miles de galaxias, y un corte de tejido con
# cinco glándulas (los anillos pardos de células). En cada una, un clic en una de ellas.
#
# **Predice.** ¿Cuántas galaxias se encontrarán, y cuántas glándulas?

# %%
sky, tissue = Segmenter("galaxies"), Segmenter("tissue")
galaxy = sky.predict(Prompt([(123, 401)])).best_mask
gland = tissue.predict(Prompt([(317, 405)])).best_mask
galaxies = find_similar(sky, galaxy, threshold=0)
glands = find_similar(tissue, gland)
for threshold in (0.5, 0.6, 0.7, 0.8, 0.9):
    print(threshold, (galaxies.confidence >= threshold).sum())

# %%
figure, axes = plt.subplots(figsize=(6.4, 3.2), dpi=100, layout="constrained")
axes.hist(galaxies.confidence[1:], np.arange(0, 1.01, 0.05), color="#0072B2",
          edgecolor="white")
axes.set(xlabel=L("how alike", "parecido"), ylabel=L("masks", "máscaras"))
axes.set_title(L("Galaxies: no gap, no count", "Galaxias: sin hueco no hay cuenta"), loc="left")
plt.show()

# %% [markdown] tags=["en", "alt"]
# A histogram of 184 masks: a single broad hill between 0 and 0.95 with its top near 0.35, without a gap anywhere.

# %% [markdown] tags=["es", "alt"]
# Un histograma de 184 máscaras: una sola colina ancha de 0 a 0,95, con la cima hacia 0,35 y sin ningún hueco.

# %% [markdown] tags=["en"]
# 51, 32, 20, 11 or 3: every threshold has its own answer, and no gap says which is right. A photo like this can be ranked, "the
# most alike first", but not counted. There is a second fault, and you can compute it: how large is a cell, and how large are the things?

# %% [markdown] tags=["es"]
# 51, 32, 20, 11 o 3: cada umbral da su propia respuesta, y ningún hueco dice cuál es la buena. Una foto así se puede ordenar, «lo más
# parecido primero», pero no contar. Hay un segundo defecto, y lo puedes calcular: ¿cuánto mide una casilla y cuánto miden las cosas?

# %%
rows, columns = sky.frame.crop_grid(sky.image_embedding).shape[1:]
cell_area = (sky.image.shape[1] / columns) ** 2
print(round(cell_area), L("pixels a cell;", "píxeles por casilla;"),
      (galaxies.area < cell_area).sum(), L("of", "de"), len(galaxies), L("are smaller", "son menores"))

# %% [markdown] tags=["en"]
# Two masks in three are smaller than one cell. A cell has one arrow, and if it holds a galaxy, its neighbour and much black sky, the arrow
# says a little of each. Thousands of fainter galaxies did not even make a peak. (Cut the photo into pieces and encode each on its own: that
# makes cells smaller.)
#
# And the glands?

# %% [markdown] tags=["es"]
# Dos de cada tres máscaras son menores que una casilla. Una casilla tiene una sola flecha, y si contiene una galaxia, su vecina y mucho
# cielo negro, la flecha dice un poco de todo. Miles de galaxias más débiles ni siquiera formaron un pico. (Corta la foto en trozos y codifica cada
# uno por separado: así las casillas se hacen más pequeñas.)
#
# ¿Y las glándulas?

# %%
inside = tissue.frame.cell_shares(gland)
cells = tissue.frame.crop_grid(tissue.image_embedding)
plain = cosine(cells, mean_of(cells, inside))
show(draw(tissue.image, gland), plain, likeness_map(tissue, gland), width=780,
     titles=L(["The exemplar", "Plain: all is alike", "Centred: nothing else is"],
              ["El ejemplar", "Sin más: todo se parece", "Centrado: nada más"]))
print(explain_similar(glands, L("en", "es")))
print(f"{np.median(plain):.2f}")

# %% [markdown] tags=["en", "alt"]
# Three pictures. Left, the stained tissue with the small round gland at the bottom in blue; larger brown glands fill the top and the left edge.
# Middle, the plain cosine: nearly everything is yellow-green. Right, the centred likeness: only the exemplar is yellow, the other glands are
# blue-green like the rest.

# %% [markdown] tags=["es", "alt"]
# Tres imágenes. A la izquierda, el tejido teñido con la glándula pequeña y redonda de abajo en azul; otras glándulas pardas, mayores, llenan la parte
# de arriba y el borde izquierdo. En el centro, el coseno sin más: casi todo es amarillo verdoso. A la derecha, el parecido centrado: solo el
# ejemplar es amarillo y las demás glándulas son azul verdosas, como el resto.

# %% [markdown] tags=["en"]
# **Explain.** "Nothing else looks like it", although we see four more. The typical cell has a cosine of 0.82 with the gland; among the coins
# it was 0.35. SAM learnt from photographs of everyday things. To it this tissue is one brown and blue texture, and what is left after
# centring is not *gland* but *this* gland: small, round, whole, while the others are large and cut off by the photo's edge. A refusal is
# worth something: better "I am not sure" than a wrong number. But never read it as "there is only one".
# (By their colour all glands are found, without any network: lesson 9.)
#
# Where DeepLab has a class for the exemplar, its word helps: `find_similar(segmenter, mask, semantic=segment_semantic(photo))` also clicks
# each region of that class. It has none for galaxies or glands.

# %% [markdown] tags=["es"]
# **Explica.** «Nada más se le parece», aunque nosotros vemos cuatro más. La casilla típica tiene un coseno de 0,82 con la glándula; entre las
# monedas era 0,35. SAM aprendió con fotografías de cosas corrientes. Para él este tejido es una sola textura parda y azul, y lo que queda
# al centrar no es *glándula* sino *esta* glándula: pequeña, redonda y entera, mientras que las otras son grandes y están cortadas por el borde.
# Una negativa vale algo: mejor «no estoy seguro» que un número falso. Pero nunca la leas como «solo hay una».
# (Por su color se encuentran todas las glándulas, sin ninguna red: lección 9.)
#
# Cuando DeepLab tiene una clase para el ejemplar, su palabra ayuda: `find_similar(segmenter, mask, semantic=segment_semantic(photo))` hace
# clic también en cada región de esa clase. Para galaxias y glándulas no tiene ninguna.

# %% [markdown] tags=["en"]
# ## Recap
#
# - An embedding compares: the cosine of two cells says how alike they look, once what all cells share is taken off.
# - A count needs a threshold, and a threshold needs a gap in the histogram. No gap, no count: then only a ranking is honest.
# - Precision falls when others slip in, recall when some are missed. A higher threshold never raises recall.
# - What is made of two coins looks like coin. First one mask for each thing, then count.
# - It fails where things are smaller than a cell, where alike is a matter of degree, and on pictures unlike those that the network
#   learnt from. "Nothing found" does not mean "nothing there".

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Un embedding compara: el coseno de dos casillas dice cuánto se parecen, una vez quitado lo que todas comparten.
# - Contar pide un umbral, y un umbral pide un hueco en el histograma. Sin hueco no hay cuenta: entonces lo único honrado es ordenar.
# - La precisión baja cuando se cuelan otros; la exhaustividad, cuando faltan algunos. Subir el umbral nunca sube la exhaustividad.
# - Lo que está hecho de dos monedas parece moneda. Primero una máscara por cosa; después, contar.
# - Falla donde las cosas son menores que una casilla, donde el parecido es cuestión de grado y en imágenes distintas de aquellas con las que
#   aprendió la red. «No se encontró nada» no significa «no hay nada».

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 8.1 · Precision and recall of a count
#
# Write `count_quality(names, total)`. `names` is an array with the number of the thing that each mask shows, 0 for none; `total` says how many
# things there are. Return precision and recall. Mind a thing that has two masks. It will be tried on lists of its own.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 8.1 · Precisión y exhaustividad de un recuento
#
# Escribe `count_quality(names, total)`. `names` es un arreglo con el número de la cosa que muestra cada máscara, 0 si ninguna; `total` dice
# cuántas cosas hay. Devuelve la precisión y la exhaustividad. Cuidado si una cosa tiene dos máscaras. Se probará con otras listas.

# %% tags=["solution"]
def count_quality(names, total):
    right = names[names > 0]
    return len(right) / len(names), len(set(right)) / total

check("8.1", count_quality)

# %% [markdown] tags=["en"]
# ### 8.2 · The widest gap
#
# Write `widest_gap(ratings)`: sort the numbers, find the two neighbours that lie farthest apart, and return the threshold in the middle
# between them. The numbers come in any order.

# %% [markdown] tags=["es"]
# ### 8.2 · El hueco más ancho
#
# Escribe `widest_gap(ratings)`: ordena los números, busca los dos vecinos más separados y devuelve el umbral que queda en medio de
# los dos. Los números llegan en cualquier orden.

# %% tags=["solution"]
def widest_gap(ratings):
    ordered = np.sort(ratings)
    i = np.diff(ordered).argmax()
    return (ordered[i] + ordered[i + 1]) / 2

check("8.2", widest_gap)

# %% [markdown] tags=["en"]
# ### 8.3 · From the largest coin
#
# The largest coin has nearly three times the area of the smallest. On its own it finds too few.

# %% [markdown] tags=["es"]
# ### 8.3 · Desde la moneda mayor
#
# La moneda mayor tiene casi el triple de área que la menor. Ella sola encuentra pocas.

# %%
areas = np.bincount(pieces.ravel())[1:]
largest = pieces == 1 + areas.argmax()
few = find_similar(segmenter, largest)
print(areas.min(), areas.max(), len(few))

# %% [markdown] tags=["en"]
# Hand in what `find_similar` returns when it has all 24 coins and nothing else, with the largest coin as an exemplar. Two ways lead there: the
# threshold, or a list of several exemplars in place of one mask. Only one of them is enough.

# %% [markdown] tags=["es"]
# Entrega lo que devuelve `find_similar` cuando tiene las 24 monedas y nada más, con la moneda mayor como ejemplar. Hay dos caminos: el
# umbral, o una lista de varios ejemplares en lugar de una máscara. Solo uno de los dos basta.

# %% tags=["solution"]
all_coins = find_similar(segmenter, [largest, coin])
check("8.3", all_coins)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Five questions; each answer explains itself.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cinco preguntas; cada respuesta trae su explicación.

# %%
quiz(8)

# %%
progress(8)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - R. Zhang and others, *Personalize Segment Anything Model with One Shot* (2023), which finds the same thing in other photos by the cosine of
#   SAM's embedding: [arXiv:2305.03048](https://arxiv.org/abs/2305.03048).
# - Z. Ma and others, *Can SAM Count Anything? An Empirical Study on SAM Counting* (2023), where this way falls short: small things in
#   crowds: [arXiv:2304.10817](https://arxiv.org/abs/2304.10817).
# - V. Ranjan and others, *Learning To Count Everything* (2021), a network that was trained to count what a few boxes show:
#   [arXiv:2104.08391](https://arxiv.org/abs/2104.08391).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - R. Zhang y otros, *Personalize Segment Anything Model with One Shot* (2023), que encuentra la misma cosa en otras fotos con el coseno del
#   embedding de SAM: [arXiv:2305.03048](https://arxiv.org/abs/2305.03048).
# - Z. Ma y otros, *Can SAM Count Anything? An Empirical Study on SAM Counting* (2023), dónde se queda corto este camino: cosas pequeñas y
#   amontonadas: [arXiv:2304.10817](https://arxiv.org/abs/2304.10817).
# - V. Ranjan y otros, *Learning To Count Everything* (2021), una red entrenada para contar lo que muestran unas pocas cajas:
#   [arXiv:2104.08391](https://arxiv.org/abs/2104.08391).
