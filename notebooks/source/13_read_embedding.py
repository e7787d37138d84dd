# %% [markdown] tags=["en"]
# # Lesson 13 · What the embedding knows
#
# Before SAM hears of your first click, it has turned the photo into numbers: the embedding.
# Lesson 8 used them as a black box to count coins. In this lesson you open the box, and ask: does it know colours, things, names?
# Each time you also ask something simpler, to see whether it took a network.
#
# ## What you will learn
#
# - what a cell of the embedding is, and to show its 256 numbers as one colour;
# - to rate a map without a threshold: the ROC curve and the area under it;
# - to teach a probe with ten labelled cells, and to test it fairly;
# - what the embedding knows, and what it does not.
#
# About {minutes} minutes. You need: lessons 2 (SAM in two halves), 5 (IoU) and 8 (the cosine of two cells).

# %% [markdown] tags=["es"]
# # Lección 13 · Lo que sabe el embedding
#
# Antes de oír tu primer clic, SAM ya ha convertido la foto en números: el embedding.
# La lección 8 los usó como caja negra para contar monedas. En esta abres la caja y preguntas: ¿sabe de colores, de cosas, de nombres?
# Y cada vez preguntas también a algo más simple, para ver si hacía falta una red.
#
# ## Qué vas a aprender
#
# - qué es una casilla del embedding, y cómo mostrar sus 256 números como un color;
# - a valorar un mapa sin umbral: la curva ROC y el área que queda debajo;
# - a enseñar a una sonda con diez casillas etiquetadas, y a probarla con justicia;
# - qué sabe el embedding y qué no.
#
# Unos {minutes} minutos. Necesitas: las lecciones 2 (SAM en dos mitades), 5 (IoU) y 8 (el coseno de dos casillas).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import cv2
import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from segwidgets import EmbeddingExplorer, Segmenter
from segwidgets.course import check, progress, quiz, reference_mask, show, start

start(13, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · 256 numbers, one colour
#
# The encoder enlarges the photo until its longer side has 1024 pixels. What comes out has a *cell* of 256 numbers for every 16 × 16 of them.

# %% [markdown] tags=["es"]
# ## 1 · 256 números, un color
#
# El codificador agranda la foto hasta que su lado mayor tiene 1024 píxeles. Lo que sale tiene una *casilla* de 256 números por cada 16 × 16 de ellos.

# %%
cat, coins, astronaut = (Segmenter(name) for name in ("cat", "coins", "astronaut"))
print(cat.image.shape, cat.image_embedding.shape)

# %%
def cells_of(segmenter):
    grid = segmenter.frame.crop_grid(segmenter.image_embedding)
    return np.moveaxis(grid, 0, -1).astype(float)

cat_cells = cells_of(cat)
print(cat_cells.shape, *cat.frame.cells_at(250, 170))

# %% [markdown] tags=["en"]
# The cat's photo, 451 pixels wide, lies in 43 of the 64 rows of cells. A cell is 7 × 7 of its own pixels; the pixel (250, 170) lies in
# row 24, column 35. In 13.1 you compute that.
#
# Nobody can look at 256 numbers. So find the direction in which the cells differ most: the first *principal component*. The second, at a right angle
# to it, is that in which they differ most after that, and so on. Show the first three as red, green and blue.
#
# **Predict.** What will the cat look like: striped, as her fur is; in one colour; or changing from left to right?

# %% [markdown] tags=["es"]
# La foto de la gata, de 451 píxeles de ancho, ocupa 43 de las 64 filas de casillas. Una casilla son 7 × 7 de sus píxeles; el píxel (250, 170)
# está en la fila 24, columna 35. En el 13.1 lo calculas tú.
#
# Nadie puede mirar 256 números. Así que busca la dirección en que más difieren las casillas: la primera *componente principal*. La segunda, en ángulo
# recto, es aquella en que más difieren después, y así sucesivamente. Muestra las tres primeras como rojo, verde y azul.
#
# **Predice.** ¿Cómo se verá la gata: a rayas, como su pelo; de un solo color; o cambiando de izquierda a derecha?

# %%
cat_map = EmbeddingExplorer(cat, lang=L("en", "es"))
cat_map.point(250, 170)
print(f"{cat_map.explained:.2f}")
cat_map

# %% [markdown] tags=["en", "alt", "cover"]
# Two pictures of the cat in coarse square cells. Left, false colours: the face is salmon, the chin and the whiskers are violet, the eyes have
# rings of their own, what is behind her is dark blue, and every outline is green. Right, nearly all of the face is yellow, like the cell that
# was clicked beside the nose; eyes, nose and background are grey-blue.

# %% [markdown] tags=["es", "alt", "cover"]
# Dos imágenes de la gata en casillas cuadradas grandes. A la izquierda, colores falsos: la cara es salmón, la barbilla y los bigotes son violetas,
# los ojos tienen anillos propios, lo de detrás es azul oscuro y todos los contornos son verdes. A la derecha, casi toda la cara es amarilla, como
# la casilla que se tocó junto a la nariz; ojos, nariz y fondo son de un gris azulado.

# %% [markdown] tags=["en"]
# **Measure.** Three numbers in place of 256 keep half of the variance, 0.50: half of all that makes cells differ (13.3).
#
# **Explain.** The stripes are gone: from her forehead to her nose she is salmon, where the fur is dark and where it is pale; chin and whiskers are violet. Outlines, which have no colour in a
# photo, have one here, green: a cell knows whether something ends in it. Nobody taught the encoder "cat", "eye" or "edge"; it learnt to draw
# masks. Move over the left picture; the right one shows the cosine, lesson 8's likeness, to the cell under the pointer.

# %% [markdown] tags=["es"]
# **Mide.** Tres números en lugar de 256 conservan la mitad de la varianza, 0,50: la mitad de lo que distingue a las casillas (13.3).
#
# **Explica.** Las rayas han desaparecido: de la frente a la nariz es salmón, donde el pelo es oscuro y donde es claro; la barbilla y los bigotes son violetas. Los contornos, que en la
# foto no tienen color, aquí son verdes: una casilla sabe si algo termina en ella. Nadie le enseñó «gata», «ojo» ni «borde»; aprendió a dibujar
# máscaras. Pasa el puntero por la imagen izquierda; la derecha muestra el coseno, el parecido de la lección 8, con esa casilla.

# %% [markdown] tags=["en"]
# ## 2 · One cell asks
#
# Now the coins. This time the explorer gets the reference, and says how well the map puts coins before cloth.
#
# **Predict.** You click one coin. What turns yellow: this coin, all of them, or all that is bright?

# %% [markdown] tags=["es"]
# ## 2 · Una casilla pregunta
#
# Ahora, las monedas. Esta vez el explorador recibe la referencia y dice si el mapa pone las monedas delante de la tela.
#
# **Predice.** Haces clic en una moneda. ¿Qué se pone amarillo: esa moneda, todas, o todo lo claro?

# %%
money = reference_mask("coins", "coins")
coin_map = EmbeddingExplorer(coins, lang=L("en", "es"), reference=money)
coin_map.point(102, 125)
print(f"{coin_map.auc:.2f}")
coin_map

# %% [markdown] tags=["en", "alt"]
# Left, the coins in false colours: 24 dark blue discs, each with a green rim, on magenta cloth. Right, 24 yellowish discs on grey-blue; the one that
# was clicked is not the only yellow one.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, las monedas en colores falsos: 24 discos azul oscuro, cada uno con un borde verde, sobre tela magenta. A la derecha, 24 discos
# amarillentos sobre gris azulado; el que se tocó no es el único amarillo.

# %% [markdown] tags=["en"]
# **Measure.** One click lights up all 24. Is that map good? An IoU would need a threshold first. So lower the threshold from the top, and
# mark each cell that it passes: a coin's cell is a step *up*, any other one *to the right*. That is the *ROC curve*. If all coins
# come first, it climbs to the top at once. The *area* under it is 1 then, 0.5 for guessing; here it is 0.99: draw a coin's
# cell and another one, and in 99 of 100 pairs the coin's is the more alike.
#
# To know whether that is much, ask the *brightness* of a cell the same question, and both questions of the cat.

# %% [markdown] tags=["es"]
# **Mide.** Un clic ilumina las 24. ¿Es bueno ese mapa? Un IoU pide antes un umbral. Así que bájalo desde arriba y
# anota cada casilla que deja pasar: una de moneda es un paso *hacia arriba*; cualquier otra, *a la derecha*. Esa es la *curva ROC*. Si
# las monedas van primero, sube de golpe hasta arriba. El *área* que queda debajo es entonces 1, y 0,5 al azar; aquí, 0,99: de una casilla de
# moneda y otra que no, en 99 de cada 100 parejas se parece más la de moneda.
#
# Para saber si eso es mucho, hazle la misma pregunta al *brillo* de una casilla, y las dos a la gata.

# %%
def roc(values, wanted):
    hit = wanted.ravel()[np.argsort(-values, axis=None)]
    return np.cumsum(~hit) / (~hit).sum(), np.cumsum(hit) / hit.sum()

def area(values, wanted):
    false, true = roc(values, wanted)
    return np.sum(np.diff(true, prepend=0) * (1 - false))

# %% [markdown] tags=["en"]
# A cell is *wanted* if more than half of it is coin, or cat; its colour is the mean of 7 × 7 pixels.

# %% [markdown] tags=["es"]
# Una casilla es *buscada* si más de la mitad de ella es moneda, o gata; su color es la media de 7 × 7 píxeles.

# %%
def wanted_in(segmenter, *names):
    return segmenter.frame.cell_shares(reference_mask(*names)) > 0.5

is_coin, is_cat = wanted_in(coins, "coins", "coins"), wanted_in(cat, "cat", "cat")

# %%
def color_of(segmenter):
    x, y = np.moveaxis(segmenter.frame.cell_centers, -1, 0).astype(int)
    return cv2.blur(segmenter.image, (7, 7))[y, x] / 255

# %% [markdown] tags=["en"]
# **Predict.** Which of the four curves will be the best, and which the worst?

# %% [markdown] tags=["es"]
# **Predice.** ¿Cuál de las cuatro curvas será la mejor y cuál la peor?

# %%
plt.figure(figsize=(6.4, 3.6))
for name, segmenter, wanted, asking, color in (
        (L("coins", "monedas"), coins, is_coin, coin_map, "#0072B2"),
        (L("cat", "gata"), cat, is_cat, cat_map, "#D55E00")):
    light = color_of(segmenter).mean(axis=-1)
    for values, line, asked in ((asking.similarity, "-", L("one cell", "una casilla")),
                                (light, "--", L("brightness", "brillo"))):
        told = f"{name}, {asked} {area(values, wanted):.2f}"
        plt.plot(*roc(values, wanted), line, color=color, label=told)
        print(told)
plt.xlabel(L("others passed", "otras que pasaron"))
plt.ylabel(L("wanted ones passed", "buscadas que pasaron"))
plt.title(L("Brightness finds the coins, too; not the cat",
            "El brillo también halla las monedas; a la gata, no"))
plt.legend(frameon=False, loc=(0.08, 0.4))
plt.show()

# %% [markdown] tags=["en", "alt"]
# A chart with four curves. Those of the coins, one cell and brightness, both climb along the left edge to the top. That of the cat's cell
# climbs nearly as steeply; that of her brightness runs below the diagonal.

# %% [markdown] tags=["es", "alt"]
# Una gráfica con cuatro curvas. Las de las monedas, una casilla y brillo, suben pegadas al borde izquierdo hasta arriba. La de la casilla de la gata
# sube casi igual de deprisa; la de su brillo va por debajo de la diagonal.

# %% [markdown] tags=["en"]
# **Explain.** The beautiful map of the coins proves nothing about the network: whoever only looks how bright a cell is gets the same
# 0.99. The cat proves something: a cell of her, 0.95; brightness, 0.33, which is worse than guessing. Before you admire
# a number, ask the cheapest rival for its own.
#
# **Predict.** Let *every* cell of the cat ask. Which will find her worst?

# %% [markdown] tags=["es"]
# **Explica.** El bonito mapa de las monedas no prueba nada de la red: quien solo mira su brillo obtiene el mismo
# 0,99. La gata sí prueba algo: una casilla suya, 0,95; el brillo, 0,33, peor que el azar. Antes de admirar
# un número, pídele el suyo al rival más barato.
#
# **Predice.** Haz que pregunten *todas* las casillas de la gata. ¿Cuáles la encontrarán peor?

# %%
def each_asks(cells, wanted):
    unit = cells / np.linalg.norm(cells, axis=-1, keepdims=True)
    # of arrows of length 1 `@` is the cosine || con flechas de longitud 1, `@` es el coseno
    return np.array([area(unit @ one, wanted) for one in unit[wanted]])

# %%
background = cat_cells[~is_cat].mean(axis=0)
plain = each_asks(cat_cells, is_cat)
centred = each_asks(cat_cells - background, is_cat)
found = np.zeros(is_cat.shape)
found[is_cat] = plain
show(cat.image, found, width=640,
     titles=L(["The cat", "Fur finds her; eyes do not"],
              ["La gata", "El pelo la halla; los ojos, no"]))
mean = cat_cells.mean(axis=(0, 1))
shared = mean @ mean / (cat_cells ** 2).sum(axis=-1).mean()
print(f"{np.median(plain):.2f} {plain.min():.2f} {np.median(centred):.2f} {shared:.1f}")

# %% [markdown] tags=["en", "alt"]
# Left, the photo of the cat. Right, each of her cells is as yellow as its area is large: the fur is yellow throughout, both eyes are green and
# blue. What is not cat is dark violet.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, la foto de la gata. A la derecha, cada casilla suya es tanto más amarilla cuanto mayor es su área: el pelo es todo amarillo; los dos
# ojos, verdes y azules. Lo que no es gata es violeta oscuro.

# %% [markdown] tags=["en"]
# **Measure.** A typical cell reaches 0.93, the worst 0.27: an eye is like the other eye, not like the cat. The third number, 0.97, is a typical
# cell after *centring*, which lesson 8 asked you to believe in: first the background's mean is taken off. The last one tells why it helps: 0.7 of
# a cell's squared length lies in the mean, which all cells share, and makes everything a bit like everything.

# %% [markdown] tags=["es"]
# **Mide.** Una casilla típica llega a 0,93, y la peor a 0,27: un ojo se parece al otro ojo, no a la gata. El tercer número, 0,97, es una casilla
# típica tras *centrar*, que en la lección 8 tuviste que creerte: quitar antes la media del fondo. El último dice por qué ayuda: 0,7 de la longitud
# al cuadrado de una casilla está en la media, común a todas, y hace que todo se parezca un poco a todo.

# %% [markdown] tags=["en"]
# ## 3 · Ten cells teach
#
# One cell is one opinion. Now label a few, half of them cat and half not, and let a *linear probe* learn: 256 weights and a constant, chosen so that
# the weighted sum comes close to +1 on the cat and −1 elsewhere (least squares; `ridge` keeps the weights small). Above 0 means cat.

# %% [markdown] tags=["es"]
# ## 3 · Diez casillas enseñan
#
# Una casilla es una opinión. Etiqueta unas pocas, la mitad gata y la mitad no, y deja que aprenda una *sonda lineal*: 256 pesos y una constante,
# para que la suma ponderada quede cerca de +1 en la gata y de −1 en lo demás (mínimos cuadrados; `ridge` mantiene pequeños los pesos).
# Más de 0 significa gata.

# %%
def fit(x, y, ridge=1.0):
    middle = x.mean(axis=0)
    x = x - middle
    squares = x.T @ x + ridge * np.eye(x.shape[1])
    weights = np.linalg.solve(squares, x.T @ (y - y.mean()))
    return weights, y.mean() - middle @ weights

# %%
def learn(cells, wanted, labelled, ridge=1.0):
    x, flat = cells.reshape(wanted.size, -1), wanted.ravel()
    weights, constant = fit(x[labelled], np.where(flat[labelled], 1.0, -1.0), ridge)
    return x @ weights + constant > 0

# %% [markdown] tags=["en"]
# It is tested on the cells that were *not* labelled, and forty times, with other cells each time: one draw can be lucky.
#
# **Predict.** How many labelled cells until the IoU is 0.9: ten, a hundred, a thousand? With the cat, and with the astronaut in her suit?

# %% [markdown] tags=["es"]
# Se prueba en las casillas que *no* se etiquetaron, y cuarenta veces, cada vez con otras: un sorteo puede tener suerte.
#
# **Predice.** ¿Cuántas casillas etiquetadas hacen falta para un IoU de 0,9: diez, cien, mil? ¿Con la gata, y con la astronauta en su traje?

# %%
def draw_cells(wanted, count, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.choice(np.flatnonzero(wanted == side), count // 2, False)
                           for side in (True, False)])

suit, is_person = cells_of(astronaut), wanted_in(astronaut, "astronaut", "person")

# %%
def trials(cells, wanted, count, ridge=1.0):
    ious = []
    for seed in range(40):
        labelled = draw_cells(wanted, count, seed)
        said = learn(cells, wanted, labelled, ridge)
        said, right = np.delete(said, labelled), np.delete(wanted, labelled)
        ious.append((said & right).sum() / (said | right).sum())
    return np.array(ious)

# %% [markdown] tags=["en"]
# The curve is the median of the forty, the band reaches from the worst to the best.

# %% [markdown] tags=["es"]
# La curva es la mediana de las cuarenta; la banda va de la peor a la mejor.

# %%
counts = 10, 20, 50, 100, 200
plt.figure(figsize=(6.4, 3.6))
for name, cells, wanted, color in ((L("cat", "gata"), cat_cells, is_cat, "#D55E00"),
                                   (L("person", "persona"), suit, is_person, "#0072B2")):
    ious = {count: trials(cells, wanted, count) for count in counts}
    lowest, middle, highest = np.percentile([*ious.values()], (0, 50, 100), axis=1)
    plt.plot(counts, middle, "o-", color=color, label=name)
    plt.fill_between(counts, lowest, highest, color=color, alpha=0.2)
    plt.axhline(wanted.mean(), ls=":", color=color)
    print(name, *(f"{np.median(ious[count]):.2f}" for count in (10, 20, 200)),
          f"{ious[10].min():.2f} {wanted.mean():.2f}")
plt.xscale("log")
plt.xticks(counts, counts)
plt.xlabel(L("labelled cells", "casillas etiquetadas"))
plt.ylabel("IoU")
plt.title(L("Ten cells teach the cat, not the astronaut",
            "Diez casillas bastan para la gata, no para la astronauta"))
plt.legend(frameon=False, loc=(0.76, 0.1))
plt.show()

# %% [markdown] tags=["en", "alt"]
# Two curves that rise with the number of labelled cells, each in a band that grows narrow. The cat's begins at 0.91 and ends near 0.99, the person's
# begins at 0.71 and ends at 0.92. Dotted lines at 0.73 and 0.41.

# %% [markdown] tags=["es", "alt"]
# Dos curvas que suben con el número de casillas etiquetadas, cada una en una banda que se estrecha. La de la gata empieza en 0,91 y acaba cerca de
# 0,99; la de la persona empieza en 0,71 y acaba en 0,92. Líneas de puntos en 0,73 y 0,41.

# %% [markdown] tags=["en"]
# **Measure.** With 10, 20 and 200 labels the cat has 0.91, 0.94 and 0.99, the person 0.71, 0.78 and 0.92. Then come the unluckiest draw of ten, 0.83 and 0.56,
# and the dotted line: the IoU of whoever says "yes" to every cell. For the cat, who fills the photo, that is 0.73 already! Her 0.91 is good, but not as
# good as it sounds.

# %% [markdown] tags=["es"]
# **Mide.** Con 10, 20 y 200 etiquetas la gata tiene 0,91, 0,94 y 0,99; la persona, 0,71, 0,78 y 0,92. Siguen el peor sorteo de diez, 0,83 y 0,56, y la
# línea de puntos: el IoU de quien dice «sí» a todo. ¡Con la gata, que llena la foto, ya es 0,73! Su 0,91 es bueno, pero no tanto como suena.

# %% [markdown] tags=["en"]
# ## 4 · Who knows it: the embedding or the probe?
#
# Three suspicions. *Would colour or place have been enough?* Give the probe three colour values of each cell, or its row and column, and 200 labels.
#
# **Predict.** How much is left of the astronaut's 0.92?

# %% [markdown] tags=["es"]
# ## 4 · ¿Quién lo sabe: el embedding o la sonda?
#
# Tres sospechas. *¿Habrían bastado el color o el lugar?* Dale a la sonda tres valores de color por casilla, o fila y columna, y 200 etiquetas.
#
# **Predice.** ¿Cuánto queda del 0,92 de la astronauta?

# %%
place = np.moveaxis(np.mgrid[:64, :64], 0, -1) / 64
for numbers in (color_of(astronaut), place):
    print(f"{np.median(trials(numbers, is_person, 200, ridge=0.001)):.1f}")

# %% [markdown] tags=["en"]
# 0.6 with colour, 0.5 with place: not much above the 0.41 of saying "yes" throughout. *Did the probe just learn the labels by heart?* Toss a coin for
# every cell: there is nothing to know. Then count what share the probe gets right, of 200 labelled cells and of the others.

# %% [markdown] tags=["es"]
# 0,6 con el color, 0,5 con el lugar: poco más que el 0,41 de decir siempre «sí». *¿Se aprendió la sonda las etiquetas de memoria?* Lanza una moneda por
# cada casilla: ahí no hay nada que saber. Cuenta después qué parte acierta la sonda, de 200 etiquetadas y de las demás.

# %%
def share_right(wanted, count, seed, ridge=1.0):
    labelled = draw_cells(wanted, count, seed)
    return learn(suit, wanted, labelled, ridge) == wanted.ravel(), labelled

# %%
learnt, others = [], []
for seed in range(20):
    toss = np.random.default_rng(seed).random(is_person.shape) < 0.5
    right, labelled = share_right(toss, 200, seed, ridge=0.0001)
    learnt.append(right[labelled].mean())
    others.append(np.delete(right, labelled).mean())
print(f"{np.mean(learnt):.2f} {np.mean(others):.2f}")

# %% [markdown] tags=["en"]
# 256 weights learn 200 coin tosses by heart, and know nothing of the rest. So a probe's success on its own labels means nothing. And the last:
# *are the test's cells strangers?* A cell beside a labelled one is nearly the same cell. Label 20, and look at those next to a
# label and at those six or more cells away.

# %% [markdown] tags=["es"]
# 256 pesos se aprenden de memoria 200 lanzamientos, y del resto no saben nada. Así que acertar en las propias etiquetas no significa nada. Y la última:
# *¿son desconocidas las casillas de la prueba?* Una casilla junto a una etiquetada es casi la misma. Etiqueta 20 y mira las que están al lado y las
# que están a seis o más.

# %%
near, far = [], []
for seed in range(40):
    right, labelled = share_right(is_person, 20, seed)
    away = ndimage.distance_transform_edt(~np.isin(np.arange(right.size), labelled)
                                          .reshape(is_person.shape)).ravel()
    near.append(right[(away > 0) & (away < 2)].mean())
    far.append(right[away >= 6].mean())
print(f"{np.median(near):.2f} {np.median(far):.2f}")

# %% [markdown] tags=["en"]
# **Explain.** 0.97 next to a label, 0.86 far from one. Where test and training lie side by side the test flatters: it says how well a probe
# fills gaps, not what it would do elsewhere.

# %% [markdown] tags=["es"]
# **Explica.** 0,97 junto a una etiqueta, 0,86 lejos de todas. Donde prueba y entrenamiento están codo con codo, la prueba halaga: dice lo bien que una
# sonda rellena huecos, no lo que haría en otra parte.

# %% [markdown] tags=["en"]
# ## 5 · Cat, or thing?
#
# Teach the probe with *all* cells of the cat's photo. Then put it to four photos without any cat.
#
# **Predict.** What gets the highest values on the astronaut: her hair, nothing at all, or she herself?

# %% [markdown] tags=["es"]
# ## 5 · ¿Gata, o cosa?
#
# Enseña a la sonda con *todas* las casillas de la foto de la gata. Después pásale cuatro fotos sin gatos.
#
# **Predice.** ¿Qué recibe los valores más altos en la astronauta: su pelo, nada en absoluto, o ella misma?

# %%
weights, constant = fit(cat_cells.reshape(-1, 256), np.where(is_cat, 1.0, -1.0).ravel())
things = {("astronaut", "person"): astronaut,
          ("coffee", "cup_with_saucer"): Segmenter("coffee"),
          ("camera", "photographer"): Segmenter("camera"),
          ("coins", "coins"): coins}
maps, titles = [], []
for names, segmenter in things.items():
    maps += [segmenter.image, cells_of(segmenter) @ weights + constant]
    auc = area(maps[-1], wanted_in(segmenter, *names))
    titles += [L("No cat here", "Aquí no hay gato"), L(f"Area {auc:.2f}", f"Área {auc:.2f}")]
    print(names[0], f"{auc:.2f}")
show(*maps, columns=4, width=760, titles=titles)

# %% [markdown] tags=["en", "alt"]
# Four photos, each with the cat probe's map. The astronaut is yellow-green as a whole, face and suit; flag and wall are blue, the helmet is in between. The cup
# and its saucer are yellow-green on blue. Of the photographer head, arm and back are yellow, the grass is green-blue, the sky dark. The coins are dark on yellow-green.

# %% [markdown] tags=["es", "alt"]
# Cuatro fotos, cada una con el mapa de la sonda de la gata. La astronauta es toda verde amarillenta, cara y traje; la bandera y la pared son azules, y el casco
# queda en medio. La taza y su plato son verde amarillentos sobre azul. Del fotógrafo son amarillos la cabeza, el brazo y la espalda; la hierba es verde azulada y el
# cielo, oscuro. Las monedas son oscuras sobre verde amarillento.

# %% [markdown] tags=["en"]
# **Measure.** The cat's probe finds the astronaut, 0.97, and the cup, 0.99; the photographer less well, 0.77. Of the coins it takes the cloth, 0.21.
# And the cheap rivals, taught with the cat and put to the astronaut:

# %% [markdown] tags=["es"]
# **Mide.** La sonda de la gata encuentra a la astronauta, 0,97, y la taza, 0,99; al fotógrafo, peor, 0,77. De las monedas se queda con la tela, 0,21.
# Y los rivales baratos, enseñados con la gata, ante la astronauta:

# %%
for ours, theirs in ((color_of(cat), color_of(astronaut)), (place[:43], place)):
    weights, constant = fit(ours.reshape(is_cat.size, -1),
                            np.where(is_cat, 1.0, -1.0).ravel(), ridge=0.001)
    print(f"{area(theirs @ weights + constant, is_person):.2f}")

# %% [markdown] tags=["en"]
# **Explain.** Colour has 0.86 there, place 0.68: some of the 0.97 could be had for less, not all. You asked for *cat*, and the probe learnt *the large thing in
# front*. SAM was trained on a billion masks without names, and what its cells had to know is what belongs together and where it ends.
# Names are DeepLab's trade. So do not carry a likeness from photo to photo: `find_similar` in lesson 8 stays within one.

# %% [markdown] tags=["es"]
# **Explica.** El color da ahí 0,86 y el lugar 0,68: parte del 0,97 se consigue con menos, no todo. Pediste *gata*, y la sonda aprendió *la cosa grande
# de delante*. SAM se entrenó con mil millones de máscaras sin nombres, y sus casillas tenían que saber qué va junto y dónde acaba.
# Los nombres son oficio de DeepLab. Así que no lleves un parecido de una foto a otra: `find_similar` (lección 8) no sale de la suya.

# %% [markdown] tags=["en"]
# ## Recap
#
# - A cell is 256 numbers for 16 × 16 pixels of the enlarged photo; three principal components make them a colour.
# - The area under the ROC curve rates a map without a threshold: how often the wanted cell of a pair has the higher value.
# - Ask the cheapest rival too: brightness, colour, place, "yes" to everything.
# - A linear probe learns from ten labels. Test it on cells that it has not seen, and not beside them either.
# - SAM's embedding knows what belongs together and where it ends. It does not know names.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Una casilla son 256 números por 16 × 16 píxeles de la foto agrandada; tres componentes principales los hacen color.
# - El área bajo la curva ROC valora un mapa sin umbral: cada cuánto la casilla buscada de una pareja tiene el valor más alto.
# - Pregunta también al rival más barato: brillo, color, lugar, «sí» a todo.
# - Una sonda lineal aprende con diez etiquetas. Ponla a prueba en casillas que no ha visto, ni estén al lado.
# - El embedding de SAM sabe qué va junto y dónde acaba. No sabe nombres.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 13.1 · Which cell?
#
# Write `cell_of(x, y, width, height)`: the row and the column of the cell in which the point (x, y) of a photo of that width and height lies. The photo is
# enlarged, or reduced, until its longer side has 1024 pixels; cells are 16 × 16 of those; both count from 0. Return two whole numbers.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 13.1 · ¿Qué casilla?
#
# Escribe `cell_of(x, y, width, height)`: la fila y la columna de la casilla en que está el punto (x, y) de una foto con ese ancho y ese alto. La foto se
# agranda, o se reduce, hasta que su lado mayor tiene 1024 píxeles; las casillas son de 16 × 16 de esos; ambas cuentan desde 0. Devuelve dos enteros.

# %% tags=["solution"]
def cell_of(x, y, width, height):
    scale = 1024 / max(width, height)
    return int(y * scale // 16), int(x * scale // 16)

check("13.1", cell_of)

# %% [markdown] tags=["en"]
# ### 13.2 · The area, pair by pair
#
# Write `pair_area(values, wanted)`: of all pairs of a wanted cell (`wanted` is True) and another, the share in which the wanted one has the higher
# value. Where both have the same value, the pair counts one half. It will be tried on short arrays.

# %% [markdown] tags=["es"]
# ### 13.2 · El área, pareja a pareja
#
# Escribe `pair_area(values, wanted)`: de todas las parejas de una casilla buscada (`wanted` es True) y otra que no, la parte en que la buscada tiene el
# valor más alto. Si valen lo mismo, la pareja cuenta la mitad. Se probará con arreglos cortos.

# %% tags=["solution"]
def pair_area(values, wanted):
    apart = values[wanted][:, None] - values[~wanted]
    return (apart > 0).mean() + (apart == 0).mean() / 2

check("13.2", pair_area)

# %% [markdown] tags=["en"]
# ### 13.3 · What three colours keep
#
# Write `kept(cells, k)`: the share of the variance that the first `k` principal components of `cells` (a cell in each row) hold. Take the mean of each
# column off first. Then `np.linalg.svd(…, compute_uv=False)` gives the singular values, the largest first. The *square* of each, divided by the sum of
# all squares, is its component's share.

# %% [markdown] tags=["es"]
# ### 13.3 · Lo que conservan tres colores
#
# Escribe `kept(cells, k)`: la parte de la varianza que reúnen las `k` primeras componentes principales de `cells` (una casilla por fila). Quita antes la
# media de cada columna. Después, `np.linalg.svd(…, compute_uv=False)` da los valores singulares, el mayor primero. El *cuadrado* de cada uno, dividido
# entre la suma de todos los cuadrados, es la parte de su componente.

# %% tags=["solution"]
def kept(cells, k):
    centred = cells - cells.mean(axis=0)
    variance = np.linalg.svd(centred, compute_uv=False) ** 2
    return variance[:k].sum() / variance.sum()

check("13.3", kept)

# %% [markdown] tags=["en"]
# ### 13.4 · A probe of two means
#
# The simplest probe needs no least squares. Write `two_means(cells, wanted)`, for `cells` (N, D) and `wanted` (N,): from the mean of the other cells to the mean of the wanted
# ones leads an arrow; that is `weights`. Choose `constant` so that `cells @ weights + constant` is 0 half-way between the two means. Return `weights, constant`.

# %% [markdown] tags=["es"]
# ### 13.4 · Una sonda de dos medias
#
# La sonda más simple no necesita mínimos cuadrados. Escribe `two_means(cells, wanted)`, para `cells` (N, D) y `wanted` (N,): de la media de las otras casillas a la media de las
# buscadas va una flecha; esa es `weights`. Elige `constant` para que `cells @ weights + constant` sea 0 a medio camino entre las dos medias. Devuelve `weights, constant`.

# %% tags=["solution"]
def two_means(cells, wanted):
    first, second = cells[wanted].mean(axis=0), cells[~wanted].mean(axis=0)
    weights = first - second
    return weights, -weights @ (first + second) / 2

check("13.4", two_means)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas.

# %%
quiz(13)

# %%
progress(13)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - T. Fawcett, *An introduction to ROC analysis* (2006): [doi:10.1016/j.patrec.2005.10.010](https://doi.org/10.1016/j.patrec.2005.10.010).
# - G. Alain and Y. Bengio, *Understanding intermediate layers using linear classifier probes* (2016): [arXiv:1610.01644](https://arxiv.org/abs/1610.01644).
# - J. Hewitt and P. Liang, *Designing and Interpreting Probes with Control Tasks* (2019), the coin tosses of section 4:
#   [arXiv:1909.03368](https://arxiv.org/abs/1909.03368).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - T. Fawcett, *An introduction to ROC analysis* (2006): [doi:10.1016/j.patrec.2005.10.010](https://doi.org/10.1016/j.patrec.2005.10.010).
# - G. Alain e Y. Bengio, *Understanding intermediate layers using linear classifier probes* (2016): [arXiv:1610.01644](https://arxiv.org/abs/1610.01644).
# - J. Hewitt y P. Liang, *Designing and Interpreting Probes with Control Tasks* (2019), los lanzamientos de la sección 4:
#   [arXiv:1909.03368](https://arxiv.org/abs/1909.03368).
