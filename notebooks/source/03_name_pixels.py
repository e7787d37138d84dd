# %% [markdown] tags=["en"]
# # Lesson 3 · A name for every pixel
#
# Two lines of code stand at the heart of the workshop. They turn a photo into a map of names. In this lesson you run
# them as they are, take them apart, look inside the network while it works, and break it on purpose to see which part
# did what.
#
# ## What you will learn
#
# - to read the workshop's two lines and to say which shape comes after each step;
# - what logits, softmax and argmax are, and what argmax throws away;
# - why DeepLab spreads its kernels (*atrous* convolution) and what its ASPP head adds;
# - to make a mask for each class, and to know DeepLab's typical errors when you see them.
#
# About {minutes} minutes. You need: lessons 0 and 1, and to have heard once what a convolution is. To look inside the network
# (sections 1, 3 and 4) PyTorch must be installed; the rest works without, and cells that show PyTorch say so.

# %% [markdown] tags=["es"]
# # Lección 3 · Un nombre para cada píxel
#
# En el corazón del taller hay dos líneas de código que convierten una foto en un mapa de nombres. En esta lección las
# ejecutas tal cual, las desmontas, miras dentro de la red mientras trabaja y la estropeas a propósito para ver qué hacía
# cada parte.
#
# ## Qué vas a aprender
#
# - a leer las dos líneas del taller y decir qué forma sale de cada paso;
# - qué son los logits, softmax y argmax, y qué información tira argmax;
# - por qué DeepLab separa los pesos de sus núcleos (convolución *atrous*) y qué aporta su cabeza ASPP;
# - a sacar una máscara de cada clase y a reconocer los errores típicos de DeepLab.
#
# Unos {minutes} minutos. Necesitas: las lecciones 0 y 1, y haber oído alguna vez qué es una convolución. Para mirar dentro de la
# red (secciones 1, 3 y 4) hace falta PyTorch; lo demás funciona sin él, y las celdas que muestran PyTorch lo dicen.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import numpy as np

from segwidgets import ClassExplorer, Prompt, load_deeplab, load_image, segment_semantic
from segwidgets.course import check, draw, needs_torch, progress, quiz, show, start
from segwidgets.models.deeplab.table import load_fastest

photo = load_image("motorcycle")
start(3, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · The workshop's two lines
#
# DeepLab wants the photo as numbers from −1 to 1, with at most 513 pixels on a side, channels first: what lesson 1
# did for the same network. (Others want other numbers: torchvision's DeepLab is fed with ImageNet's means.) `model.preprocess` does it.

# %% [markdown] tags=["es"]
# ## 1 · Las dos líneas del taller
#
# DeepLab quiere la foto como números de −1 a 1, con 513 píxeles por lado como máximo y los canales por delante: lo
# que la lección 1 hizo para esta misma red. (Otras piden otros números: el DeepLab de torchvision, las medias de ImageNet.) De eso se ocupa `model.preprocess`.

# %%
needs_torch()
import torch

torch.set_grad_enabled(False)  # we only ask the network, we do not train it || solo preguntamos a la red, no la entrenamos
model = load_deeplab(device="cpu")
input_tensor = model.preprocess(photo)
print(photo.shape, "→", tuple(input_tensor.shape))

# %% [markdown] tags=["en"]
# **Predict.** The network knows 21 classes: 20 kinds of things and the background. What shape will `prediction` have in
# the next cell?

# %% [markdown] tags=["es"]
# **Predice.** La red conoce 21 clases: 20 tipos de cosas y el fondo. ¿Qué forma tendrá `prediction` en la celda que
# sigue?

# %%
needs_torch()
output = model(input_tensor)['out']
prediction = output.argmax(1).squeeze().cpu().numpy()

# %% [markdown] tags=["en"]
# That was all of it. **Measure.** One step after the other:

# %% [markdown] tags=["es"]
# Eso era todo. **Mide.** Paso a paso:

# %%
needs_torch()
print("output            ", tuple(output.shape))
print(".argmax(1)        ", tuple(output.argmax(1).shape))
print(".squeeze()        ", tuple(output.argmax(1).squeeze().shape))
print(".cpu().numpy()    ", prediction.shape, prediction.dtype)

# %% [markdown] tags=["en"]
# **Explain.**
#
# | piece | what it does |
# |---|---|
# | `model(input_tensor)` | runs the network; the answer is a dictionary |
# | `['out']` | takes the *logits* from it: 21 numbers for each pixel, one for each class |
# | `.argmax(1)` | along axis 1, the classes: *which* of the 21 is the highest. The axis is gone |
# | `.squeeze()` | drops the batch axis of length 1 |
# | `.cpu().numpy()` | fetches the result from the graphics card, if there is one, and makes a NumPy array of it |
#
# What is left is a whole number from 0 to 20 for each pixel.
#
# The same network also runs without PyTorch, through the engine *onnxruntime*, which takes no batches and answers with an
# array: of the chain only `argmax` is left. `class_names` says what the numbers mean.

# %% [markdown] tags=["es"]
# **Explica.**
#
# | pieza | qué hace |
# |---|---|
# | `model(input_tensor)` | ejecuta la red; la respuesta es un diccionario |
# | `['out']` | saca de él los *logits*: 21 números por píxel, uno por clase |
# | `.argmax(1)` | a lo largo del eje 1, el de las clases: *cuál* de los 21 es el más alto. Ese eje desaparece |
# | `.squeeze()` | quita el eje del lote, que mide 1 |
# | `.cpu().numpy()` | trae el resultado de la tarjeta gráfica, si la hay, y lo convierte en un arreglo de NumPy |
#
# Queda un entero de 0 a 20 por píxel.
#
# La misma red también funciona sin PyTorch, con el motor *onnxruntime*, que no usa lotes y responde con un arreglo: de la
# cadena solo queda `argmax`. `class_names` dice qué significa cada número (la red habla inglés).

# %%
fast = load_fastest()
names = fast.class_names
logits = fast.logits(photo)
prediction = logits.argmax(0)
print(logits.shape, "→", prediction.shape, prediction.dtype)

# %%
for index in np.unique(prediction):
    print(f"{index:2}  {names[index]:<12}{(prediction == index).mean():.1%}")
show(photo, prediction == 14, titles=[L("The photo", "La foto"), "prediction == 14"], width=640)

# %% [markdown] tags=["en", "alt"]
# Left: a red motorcycle in a garage, before a bench and shelves; behind the bench at the far left stands a red bicycle.
# Right: a white silhouette of the motorcycle on black, with a small white patch at the left edge.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, una motocicleta roja en un garaje, delante de un banco y unas estanterías; detrás del banco, en el extremo
# izquierdo, hay una bicicleta roja. A la derecha, la silueta blanca de la moto sobre negro, con una mancha blanca
# pequeña junto al borde izquierdo.

# %% [markdown] tags=["en"]
# Two classes: background and class 14, the motorbike. And there is a small patch at the left edge. What is it? We
# will get to it.

# %% [markdown] tags=["es"]
# Dos clases: el fondo y la 14, la moto. Y una mancha pequeña junto al borde izquierdo. ¿Qué es? Ya llegaremos.

# %% [markdown] tags=["en"]
# ## 2 · Twenty-one answers for every pixel
#
# `argmax` keeps only the winner. The logits know more. Take the pixel at (18, 130) of the 513 pixels wide picture, right
# in that patch. A logit is a score without a scale; *softmax* turns the 21 scores into probabilities that add up to 1:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# **Predict.** DeepLab calls this pixel "motorbike". How sure is it: 99 %, or nearer to 60 %?

# %% [markdown] tags=["es"]
# ## 2 · Veintiuna respuestas por píxel
#
# `argmax` solo se queda con la ganadora. Los logits saben más. Toma el píxel (18, 130) de la imagen de 513 de ancho,
# dentro de esa mancha. Un logit es una puntuación sin escala; *softmax* convierte las 21 puntuaciones en probabilidades
# que suman 1:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# **Predice.** DeepLab llama «moto» a este píxel. ¿Qué tan segura está: un 99 % o más bien un 60 %?

# %%
scores = logits[:, 130, 18]
probabilities = np.exp(scores) / np.exp(scores).sum()
for index in np.argsort(-scores)[:4]:
    print(f"{names[index]:<12}{scores[index]:6.1f}{probabilities[index]:8.1%}")

# %% [markdown] tags=["en"]
# **Explain.** It wavers, and its third guess, bicycle, is worth a look. Below is DeepLab's probability of one class over
# the whole photo. Choose classes from the list and move the mouse over the picture; `show` and `point` do the same by
# code. (Points are now in the pixels of the photo, which is 741 wide.)

# %% [markdown] tags=["es"]
# **Explica.** Duda, y su tercera opción, la bicicleta, merece una mirada. Abajo está la probabilidad de una clase en toda la
# foto. Elige clases de la lista y pasa el ratón por la imagen; `show` y `point` hacen lo mismo con código. (Ahora los
# puntos van en píxeles de la foto, que mide 741 de ancho.)

# %%
explorer = ClassExplorer(photo, fast, lang=L("en", "es"))
explorer.show("bicycle")
explorer.point(26, 188)
explorer

# %% [markdown] tags=["en", "alt"]
# The garage in grey. Where the network thinks of a bicycle there is colour: faintly on the small red bicycle at the left edge, where a
# point is pinned, and hardly on the motorcycle.

# %% [markdown] tags=["es", "alt"]
# El garaje en gris. Hay color donde la red piensa en una bicicleta: débil sobre la pequeña bicicleta roja del borde izquierdo, donde
# hay un punto fijado, y casi nada sobre la moto.

# %% [markdown] tags=["en"]
# The patch is a wheel of the red bicycle behind the bench! DeepLab lost it in the argmax: "motorbike" won, but
# the logits held a hint. Whenever a mask looks odd, look at the probabilities before you blame the photo.

# %% [markdown] tags=["es"]
# ¡La mancha es una rueda de la bicicleta roja que hay detrás del banco! DeepLab la perdió en el argmax: ganó
# «moto», pero los logits guardaban una pista. Si una máscara te parece rara, mira las probabilidades antes de culpar a la
# foto.

# %%
bicycle = explorer.probabilities[names.index("bicycle")]
print(L("highest probability of a bicycle:", "máxima probabilidad de bicicleta:"), f"{bicycle.max():.0%}")
print(L("there:", "allí:"), explorer.top_classes(26, 188, 1)[0][0])

# %% [markdown] tags=["en"]
# ## 3 · Holes in the kernel: atrous convolution
#
# A network that names things must see far: nobody recognises a motorcycle by a patch of 20 pixels. The usual way
# to see far is to shrink the picture on the way, and with it go the outlines. DeepLab stops shrinking at one eighth: 513
# pixels become 65 cells. To see far all the same, it pulls the nine weights of a 3 × 3 kernel apart and leaves gaps
# between them. French for "with holes" is *à trous*, hence *atrous*; others say *dilated*. The spacing is the *rate*.

# %% [markdown] tags=["es"]
# ## 3 · Un núcleo con agujeros: la convolución atrous
#
# Una red que pone nombres tiene que ver lejos: nadie reconoce una moto por un trocito de 20 píxeles. Lo normal para ver
# lejos es ir encogiendo la imagen, y con ello se pierden los contornos. DeepLab deja de encoger en un octavo: 513 píxeles
# se vuelven 65 casillas. Para ver lejos de todos modos, separa los nueve pesos de un núcleo de 3 × 3 y deja huecos entre
# ellos. «Con agujeros» se dice en francés *à trous*, y de ahí *atrous*; otros lo llaman convolución *dilatada*. La
# separación es la *tasa* (*rate*).

# %%
needs_torch()
kernels = [part for part in model.modules() if isinstance(part, torch.nn.Conv2d)]
for rate in (1, 2, 4):
    print(L("rate", "tasa"), rate, "·", sum(kernel.dilation[0] == rate for kernel in kernels))
spread = [kernel for kernel in kernels if kernel.dilation[0] > 1]

# %% [markdown] tags=["en"]
# Ten of its layers are spread: seven with rate 2, then three with rate 4. Let us listen in on one of those three. A
# *forward hook* is a function that PyTorch calls each time a layer has run, with what came in and what went out.

# %% [markdown] tags=["es"]
# Diez de sus capas están separadas: siete con tasa 2 y después tres con tasa 4. Espiemos una de esas tres. Un *forward
# hook* es una función que PyTorch llama cada vez que una capa ha trabajado, con lo que entró y lo que salió.

# %%
needs_torch()
layer = spread[7]
seen = {}
listen = lambda _, given, made: seen.update(x=given[0], y=made)
hook = layer.register_forward_hook(listen)
model(input_tensor)
hook.remove()
print(tuple(seen["x"].shape), "→", tuple(seen["y"].shape), L("· rate", "· tasa"), layer.dilation[0])

# %% [markdown] tags=["en"]
# 960 channels, each with a 3 × 3 kernel of its own. What comes in has four extra rows and columns of zeros on each side,
# so that the kernel finds something to read at the border: 65 + 4 + 4 = 73.
#
# **Do it by hand.** For one channel and one cell: read nine numbers, four apart, multiply them by the nine weights, add.
# In NumPy's and PyTorch's slices "four apart" is the third number, `::4`.

# %% [markdown] tags=["es"]
# Son 960 canales, cada uno con su propio núcleo de 3 × 3. Lo que entra lleva cuatro filas y columnas de ceros de más en cada
# lado, para que el núcleo tenga qué leer junto al borde: 65 + 4 + 4 = 73.
#
# **Hazlo a mano.** Para un canal y una casilla: lee nueve números, de cuatro en cuatro, multiplícalos por los nueve pesos y suma.
# En los cortes de NumPy y PyTorch, «de cuatro en cuatro» es el tercer número: `::4`.

# %%
needs_torch()
channel, row, column = 242, 24, 30
kernel = layer.weight[channel, 0]
nine = seen["x"][0, channel, row : row + 9 : 4, column : column + 9 : 4]
print(L("by hand:    ", "a mano:  "), f"{(nine * kernel).sum():.4f}")
print(L("the network:", "la red:  "), f"{seen['y'][0, channel, row, column]:.4f}")

# %% [markdown] tags=["en"]
# **Measure.** Above, the nine places that this kernel reads for one cell, as it would be with rate 1 and as it is with
# rate 4. Below, what the same nine weights answer over the whole photo in both cases.

# %% [markdown] tags=["es"]
# **Mide.** Arriba, los nueve lugares que lee este núcleo para una casilla, como sería con tasa 1 y como es con tasa 4.
# Abajo, lo que responden esos mismos nueve pesos en toda la foto en cada caso.

# %%
needs_torch()
x, pictures, maps = seen["x"][:, channel : channel + 1], [], []
cell = 8 * 741 / 513  # a cell of the network in pixels of the photo || casilla de la red, en píxeles de la foto
for rate, margin in ((1, 3), (4, 0)):
    steps = np.array([-rate, 0, rate]) * cell
    places = [(column * cell + i, row * cell + j) for j in steps for i in steps]
    pictures.append(draw(photo, prompt=Prompt(places)))
    inner = x[..., margin : 73 - margin, margin : 73 - margin]
    answer = torch.conv2d(inner, kernel[None, None], dilation=rate)[0, 0, :44]
    maps.append(answer.numpy())  # 44 rows are photo, the rest is padding || 44 filas son foto, el resto es relleno
titles = [L("rate 1: reads 24 × 24 pixels", "tasa 1: lee 24 × 24 píxeles"),
          L("rate 4: reads 72 × 72 pixels", "tasa 4: lee 72 × 72 píxeles"),
          L("its answer, closed up", "su respuesta, con los pesos juntos"),
          L("its answer, spread", "su respuesta, con los pesos separados")]
show(*pictures, *maps, columns=2, titles=titles, width=640)
print(L("lowest answer:", "respuesta más baja:"), [f"{m.min():.1f}" for m in maps])

# %% [markdown] tags=["en", "alt"]
# Above: nine points on the motorcycle's engine, touching each other on the left, spread over the engine on the right. Below:
# two maps of the same kernel's answers, dark about the two wheels; the right one is broader and smoother.

# %% [markdown] tags=["es", "alt"]
# Arriba: nueve puntos sobre el motor de la moto, pegados a la izquierda y repartidos a la derecha. Abajo: dos mapas con las
# respuestas del mismo núcleo, oscuros alrededor de las dos ruedas; el de la derecha es más ancho y suave.

# %% [markdown] tags=["en"]
# **Explain.** This channel answers with its lowest numbers (dark) around the two wheels; nobody told it to, it came out of the
# training. Nine weights, nine multiplications, and a window of 72 instead of 24 pixels. Several spread kernels, one after another, see
# farther still. Each layer widens the field of view by (kernel − 1) × rate × the pixels that a step stands for by then:

# %% [markdown] tags=["es"]
# **Explica.** Este canal da sus números más bajos (oscuros) alrededor de las dos ruedas; nadie se lo pidió, salió así del
# entrenamiento. Nueve pesos, nueve multiplicaciones y una ventana de 72 píxeles en vez de 24. Varios núcleos separados, uno tras otro, ven
# todavía más lejos. Cada capa ensancha el campo de visión en (núcleo − 1) × tasa × los píxeles que vale un paso a esas
# alturas:

# %%
needs_torch()
for atrous in (False, True):
    field = step = 1
    for part in kernels:
        field += (part.kernel_size[0] - 1) * (part.dilation[0] if atrous else 1) * step
        step *= part.stride[0]
    print(L("with gaps:", "con huecos:"), atrous, "·", field, L("pixels wide", "píxeles de ancho"))

# %% [markdown] tags=["en"]
# **Predict.** Now break it. We push the weights of the ten layers together again: same weights, rate 1. What becomes of the
# motorbike, of the cat, of the astronaut?

# %% [markdown] tags=["es"]
# **Predice.** Ahora, a estropearla. Volvemos a juntar los pesos de esas diez capas: los mismos pesos con tasa 1. ¿Qué será de
# la moto, de la gata, de la astronauta?

# %%
def classes(name, network):
    L(
        """DeepLab's class map of a sample photo.""",
        """El mapa de clases de DeepLab para una foto de muestra.""",
    )
    return network.logits(load_image(name)).argmax(0)

scenes = {"motorcycle": "motorbike", "cat": "cat", "astronaut": "person"}
whole = {name: classes(name, fast) for name in scenes}

# %%
needs_torch()
rates = [part.dilation for part in spread]
for part in spread:
    part.dilation = (1, 1)
closed = {name: classes(name, model) for name in scenes}
for part, rate in zip(spread, rates):
    part.dilation = rate  # mended again || otra vez como estaban
for name, wanted in scenes.items():
    before = np.mean(whole[name] == names.index(wanted))
    after = np.mean(closed[name] == names.index(wanted))
    print(f"{wanted:<12}{before:6.1%} → {after:.1%}")

# %% [markdown] tags=["en"]
# **Explain.** Of the motorbike hardly anything is left. The weights are the ones that were learned, but they were learned for wide gaps;
# closed up, each of them looks at the wrong place. The cat hardly minds: she fills the picture, and
# her fur looks much the same near and far. That is a guess, and three photos prove no rule. The astronaut, in pictures:

# %% [markdown] tags=["es"]
# **Explica.** De la moto no queda casi nada. Los pesos son los aprendidos, pero se aprendieron para huecos anchos; juntos, cada uno
# mira donde no debe. A la gata apenas le afecta: llena la foto, y su pelo es igual de cerca que de lejos. Eso es una conjetura,
# y tres fotos no prueban ninguna regla. La astronauta, en imágenes:

# %%
def colored(name, class_map):
    L(
        """The class map over its photo, both at half the map's size.""",
        """El mapa de clases sobre su foto, ambos a la mitad del tamaño del mapa.""",
    )
    from PIL import Image
    from segwidgets.annotators import annotate_classes
    from segwidgets.semantic import class_label
    small = class_map[::2, ::2]
    image = np.asarray(Image.fromarray(load_image(name)).resize(small.shape[::-1]))
    return annotate_classes(image, small, [class_label(n, L("en", "es")) for n in names])

needs_torch()
pictures = [colored("astronaut", maps["astronaut"]) for maps in (whole, closed)]
show(*pictures, width=640)

# %% [markdown] tags=["en", "alt", "cover"]
# The astronaut twice. Left, as DeepLab works: the whole person is one colour, and a strip of the shuttle another. Right,
# with closed kernels: the person has fallen into islands, with patches of bottle and other classes between them.

# %% [markdown] tags=["es", "alt", "cover"]
# La astronauta dos veces. A la izquierda, DeepLab tal como es: toda la persona de un color y una franja del transbordador
# de otro. A la derecha, con los núcleos juntos: la persona se ha deshecho en islas, con manchas de botella y de otras clases.

# %% [markdown] tags=["en"]
# ## 4 · ASPP: near and far at once
#
# Things come in all sizes, so the DeepLabv3 paper puts a head on top that looks at several rates side by side: *atrous
# spatial pyramid pooling*, ASPP. Its branches are a 1 × 1 convolution, three 3 × 3 convolutions with rates 12, 24 and 36
# (on a grid of one eighth, as ours), and the mean of the whole picture.
#
# **Predict.** On a grid of 65 × 65 cells, how many of the nine weights of the rate 36 kernel find a cell to read, if it stands in the middle?

# %% [markdown] tags=["es"]
# ## 4 · ASPP: cerca y lejos a la vez
#
# Las cosas vienen en todos los tamaños; por eso el artículo de DeepLabv3 pone encima una cabeza que mira con varias tasas a
# la vez: *atrous spatial pyramid pooling*, ASPP. Sus ramas son una convolución de 1 × 1, tres de 3 × 3 con tasas 12, 24 y 36
# (en una cuadrícula de un octavo, como la nuestra) y la media de toda la imagen.
#
# **Predice.** En una cuadrícula de 65 × 65 casillas, ¿cuántos de los nueve pesos del núcleo de tasa 36 encuentran una casilla que
# leer si está en el centro?

# %%
cells = np.arange(65)
for rate in (12, 24, 36):
    inside = sum((0 <= cells + step) & (cells + step < 65) for step in (-rate, 0, rate))
    print(L("rate", "tasa"), rate, L("· in the middle:", "· en el centro:"), inside[32] ** 2,
          L("· on average:", "· en promedio:"), f"{np.outer(inside, inside).mean():.1f}")

# %% [markdown] tags=["en"]
# **Explain.** One! The others fall off the picture, onto zeros. The paper noticed it: at a high rate a 3 × 3 kernel decays
# to 1 × 1. That is why it adds the mean of the whole picture, which sees everything by definition.
#
# Our DeepLab is the small one for phones, built on MobileNetV2. Its authors went further and left the three spread branches
# out, because they cost much and gained little. Two branches are left: what a cell knows of itself (1 × 1), and what the
# whole picture says (the mean). The complete ASPP is in `load_deeplab("resnet101")`, a larger download.

# %% [markdown] tags=["es"]
# **Explica.** ¡Uno! Los demás caen fuera de la imagen, sobre ceros. El artículo lo advierte: con una tasa alta, un núcleo de
# 3 × 3 degenera en uno de 1 × 1. Por eso añade la media de toda la imagen, que por definición lo ve todo.
#
# Nuestro DeepLab es el pequeño, pensado para teléfonos y construido sobre MobileNetV2. Sus autores fueron más lejos y quitaron las
# tres ramas separadas, que costaban mucho y aportaban poco. Quedan dos: lo que una casilla sabe de sí misma (1 × 1) y lo que
# dice la imagen entera (la media). La ASPP completa está en `load_deeplab("resnet101")`, una descarga mayor.

# %%
needs_torch()
head = model.network.network.segmentation_head

def without(branch):
    L(
        """The three class maps, with what one branch says set to zero.""",
        """Los tres mapas de clases, con lo que dice una rama puesto a cero.""",
    )
    hook = branch.register_forward_hook(lambda _, given, made: torch.zeros_like(made))
    maps = {name: classes(name, model) for name in scenes}
    hook.remove()
    return maps

no_near, no_far = without(head.conv_aspp), without(head.conv_pool)

# %% [markdown] tags=["en"]
# **Measure.** Silence one branch, and see what is left of each object.

# %% [markdown] tags=["es"]
# **Mide.** Calla una rama y mira qué queda de cada objeto.

# %%
needs_torch()
print(" " * 10 + L("      both   no mean  no 1 × 1", "   las dos sin media sin 1 × 1"))
for name, wanted in scenes.items():
    index = names.index(wanted)
    shares = [np.mean(maps[name] == index) for maps in (whole, no_far, no_near)]
    print(f"{wanted:<10}" + "".join(f"{share:10.1%}" for share in shares))

# %% [markdown] tags=["en"]
# Without the 1 × 1 branch nothing is left: the mean has no places, so it cannot say *where*. Without the mean,
# names get lost. See the cat:

# %% [markdown] tags=["es"]
# Sin la rama de 1 × 1 no queda nada: la media no tiene lugares, así que no puede decir *dónde*. Sin la media se pierden
# nombres. Mira la gata:

# %%
needs_torch()
listen = lambda _, given, made: seen.update(near=made)
hook = head.conv_aspp.register_forward_hook(listen)
classes("cat", model)
hook.remove()
near = seen["near"][0, :, :44].norm(dim=0).numpy()
show(near, colored("cat", whole["cat"]), colored("cat", no_far["cat"]),
     titles=[L("1 × 1: strength by cell", "1 × 1: fuerza por casilla"),
             L("Both branches: a cat", "Las dos ramas: un gato"),
             L("No mean: who is this?", "Sin media: ¿quién es?")], width=780)

# %% [markdown] tags=["en", "alt"]
# Three pictures of the cat. Left, how strongly the 1 × 1 branch answers in each cell. Middle, the usual result: all of her
# is cat. Right, without the mean of the picture: only parts are cat, a patch is called person, most is background.

# %% [markdown] tags=["es", "alt"]
# Tres imágenes de la gata. Izquierda: con qué fuerza responde la rama de 1 × 1 en cada casilla. Centro: el resultado normal,
# toda ella es gato. Derecha, sin la media de la imagen: solo unas partes son gato, una mancha se llama persona y casi todo es fondo.

# %% [markdown] tags=["en"]
# **Explain.** The mean tells every cell the same, something like "in this picture there is a cat". A cell of plain brown fur cannot
# know that by itself. Context decides where looks alone do not.
#
# ## 5 · A mask for every class
#
# For everyday use there is `segment_semantic`: the same network (through a faster engine), with the map brought back to the photo's own
# size. Each class is a mask, ready for everything that lesson 5 measures.

# %% [markdown] tags=["es"]
# **Explica.** La media le dice lo mismo a todas las casillas, algo así como «en esta imagen hay un gato». Una casilla de pelo pardo
# no puede saberlo por sí sola. El contexto decide donde el aspecto no basta.
#
# ## 5 · Una máscara por clase
#
# Para el día a día está `segment_semantic`: la misma red (con un motor más rápido) y el mapa devuelto al tamaño de la foto. Cada clase
# es una máscara, lista para todo lo que mide la lección 5.

# %%
pictures = []
for name, wanted in scenes.items():
    semantic = segment_semantic(name)
    mask = semantic.mask(wanted)
    sure = semantic.confidence[names.index(wanted)]
    pictures.append(draw(load_image(name), mask))
    print(f"{wanted:<12}{str(mask.shape):<12}{mask.mean():6.1%}",
          L("· mean probability", "· probabilidad media"), f"{sure:.2f}")
show(*pictures, titles=list(scenes.values()), width=660)

# %% [markdown] tags=["en", "alt"]
# Three photos with a blue mask: the motorcycle, the cat and the astronaut. The outlines are rounded; between the
# motorcycle's spokes and pipes everything is filled.

# %% [markdown] tags=["es", "alt"]
# Tres fotos con una máscara azul: la moto, la gata y la astronauta. Los contornos son redondeados; entre los radios y los
# tubos de la moto todo está relleno.

# %% [markdown] tags=["en"]
# ## 6 · Where it goes wrong
#
# **Predict.** DeepLab has no word for a rocket, for a cup, or for a space shuttle. What does it say when it sees one:
# "background", or the nearest word that it has?

# %% [markdown] tags=["es"]
# ## 6 · Dónde se equivoca
#
# **Predice.** DeepLab no tiene palabra para un cohete, ni para una taza, ni para un transbordador espacial. ¿Qué dice cuando
# ve uno: «fondo», o la palabra más cercana que conoce?

# %%
pictures = []
for name in ("rocket", "coffee", "astronaut"):
    semantic = segment_semantic(name)
    found = {c: f"{semantic.area_share[c]:.1%}" for c in semantic.area_share}
    print(f"{name:<12}{found}")
    pictures.append(colored(name, semantic.class_map))
show(*pictures, width=780)

# %% [markdown] tags=["en", "alt"]
# Three photos with DeepLab's classes. The rocket is all grey, background. The coffee cup, saucer and spoon are all
# dining table. On the astronaut's photo the shuttle's body has a strip called bottle.

# %% [markdown] tags=["es", "alt"]
# Tres fotos con las clases de DeepLab. El cohete está todo en gris: fondo. La taza, el plato y la cuchara son
# mesa. En la foto de la astronauta, el cuerpo del transbordador tiene una franja llamada botella.

# %%
astronaut = segment_semantic("astronaut")
bottle = astronaut.mask("bottle")
sure = astronaut.confidence[names.index("bottle")]
print(bottle.sum(), L("pixels, mean probability", "píxeles, probabilidad media"), f"{sure:.2f}")

# %% [markdown] tags=["en"]
# **Explain.** Both happen. The rocket disappears in the background, the whole cup becomes a dining table, and of the shuttle a strip
# is a bottle: slim, upright and round on top, it is the nearest of the 20 words. A network with a closed list of names cannot
# say "I do not know this". And a high probability is no protection: it compares only the 21 answers with each other.
#
# Three errors to look for in every map of classes:
#
# - **no word**: the thing becomes background, or the nearest word;
# - **swallowed**: what stands on the table becomes table;
# - **rounded**: thin and pointed things lose their edge, since a cell is 8 × 8 pixels.
#
# SAM knows no words, so the first two cannot happen to it, and its edges are finer. It has faults of its own: in the next lesson
# the two check each other.

# %% [markdown] tags=["es"]
# **Explica.** Las dos cosas. El cohete desaparece en el fondo, la taza entera se vuelve mesa y una franja del transbordador es
# una botella: esbelta, erguida y redonda por arriba, es la más cercana de las 20 palabras. Una red con una lista cerrada de nombres no
# puede decir «esto no lo conozco». Y una probabilidad alta no protege: solo compara las 21 respuestas entre sí.
#
# Tres errores que conviene buscar en todo mapa de clases:
#
# - **sin palabra**: la cosa se vuelve fondo, o la palabra más cercana;
# - **tragado**: lo que está sobre la mesa se vuelve mesa;
# - **redondeado**: lo fino y puntiagudo pierde el borde, porque una casilla mide 8 × 8 píxeles.
#
# SAM no conoce palabras, así que los dos primeros no le pueden pasar, y sus bordes son más finos. Tiene defectos propios: en la
# próxima lección se corrigen el uno al otro.

# %% [markdown] tags=["en"]
# ## Recap
#
# - Logits (21, H, W): 21 scores for each pixel. Softmax turns them into probabilities; argmax keeps the winner's number.
# - An atrous kernel with rate *r* reads every *r*-th cell, `[::r]`: a wider view for the same nine weights.
# - ASPP looks near and far at once. In this small network: each cell by itself, and the mean of the picture.
# - `class_map == number` is a mask. A class map is made of names, not of amounts: never average it.
# - A closed list of names has no "I do not know".

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Logits (21, H, W): 21 puntuaciones por píxel. Softmax las vuelve probabilidades; argmax se queda con el número de la ganadora.
# - Un núcleo atrous de tasa *r* lee una de cada *r* casillas, `[::r]`: más campo de visión con los mismos nueve pesos.
# - ASPP mira cerca y lejos a la vez. En esta red pequeña: cada casilla por sí sola y la media de la imagen.
# - `class_map == número` es una máscara. Un mapa de clases está hecho de nombres, no de cantidades: nunca lo promedies.
# - Una lista cerrada de nombres no tiene un «no lo sé».

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 3.1 · How much of her is there?
#
# Which share of the photo `"grace_hopper"` does DeepLab call a person? A number from 0 to 1; to two decimals is enough.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 3.1 · ¿Cuánto hay de ella?
#
# ¿Qué parte de la foto `"grace_hopper"` llama DeepLab persona? Un número de 0 a 1; bastan dos decimales.

# %% tags=["solution"]
person_share = segment_semantic("grace_hopper").mask("person").mean()
check("3.1", person_share)

# %% [markdown] tags=["en"]
# ### 3.2 · The second guess
#
# On the shuttle, at the photo's point (392, 170), "background" wins. Which class comes second? Give its name as a text. The
# photo is 512 wide and the logits 513, so for once you may use the photo's coordinates as they are.

# %% [markdown] tags=["es"]
# ### 3.2 · La segunda opción
#
# En el transbordador, en el punto (392, 170) de la foto, gana «background». ¿Qué clase queda segunda? Da su nombre como texto, en el inglés
# de la red. La foto mide 512 de ancho y los logits 513, así que por una vez puedes usar las coordenadas de la foto tal cual.

# %% tags=["solution"]
scores = fast.logits(load_image("astronaut"))[:, 170, 392]
second = names[np.argsort(-scores)[1]]
check("3.2", second)

# %% [markdown] tags=["en"]
# ### 3.3 · Names have no middle
#
# The prediction is 513 wide, the photo 741. Somebody brings the class map to the photo's size as if it were a photo, and
# suddenly finds cats in the garage:

# %% [markdown] tags=["es"]
# ### 3.3 · Los nombres no tienen punto medio
#
# La predicción mide 513 de ancho y la foto 741. Alguien lleva el mapa de clases al tamaño de la foto como si fuera una foto,
# y de pronto encuentra gatos en el garaje:

# %%
from PIL import Image

picture = Image.fromarray(prediction.astype(np.uint8))
wrong = picture.resize((741, 500), Image.Resampling.BILINEAR)
print([names[index] for index in np.unique(wrong)])

# %% [markdown] tags=["en"]
# Halfway between background (0) and motorbike (14) there is no half a motorbike but number 7, a car. Write a function that
# resizes a class map without inventing names. `size` is (height, width).

# %% [markdown] tags=["es"]
# A medio camino entre el fondo (0) y la moto (14) no hay media moto, sino el número 7: un coche. Escribe una función que cambie el
# tamaño de un mapa de clases sin inventar nombres. `size` es (alto, ancho).

# %% tags=["solution"]
def resize_classes(class_map, size):
    picture = Image.fromarray(class_map.astype(np.uint8))
    return np.asarray(picture.resize((size[1], size[0]), Image.Resampling.NEAREST))

check("3.3", resize_classes)

# %% [markdown] tags=["en"]
# ### 3.4 · Write the holes yourself
#
# Write `atrous_at(values, kernel, rate, row, column)`: the answer of a 3 × 3 `kernel` with a `rate`, its **centre** on
# `values[row, column]`. Multiply and add, as networks do, without turning the kernel round. The nine places always lie
# inside `values`.

# %% [markdown] tags=["es"]
# ### 3.4 · Escribe tú los agujeros
#
# Escribe `atrous_at(values, kernel, rate, row, column)`: la respuesta de un núcleo `kernel` de 3 × 3 con tasa `rate`, con el
# **centro** en `values[row, column]`. Multiplica y suma, como hacen las redes, sin dar la vuelta al núcleo. Los nueve lugares
# caen siempre dentro de `values`.

# %% tags=["solution"]
def atrous_at(values, kernel, rate, row, column):
    rows = slice(row - rate, row + rate + 1, rate)
    columns = slice(column - rate, column + rate + 1, rate)
    return (values[rows, columns] * kernel).sum()

check("3.4", atrous_at)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions. Each answer explains itself.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas. Cada respuesta trae su explicación.

# %%
quiz(3)

# %%
progress(3)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - L.-C. Chen and others, *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017), DeepLabv3, with the
#   ASPP of section 4: [arXiv:1706.05587](https://arxiv.org/abs/1706.05587).
# - M. Sandler and others, *MobileNetV2: Inverted Residuals and Linear Bottlenecks* (2018), the small backbone; its part on
#   semantic segmentation tells why the ASPP shrank: [arXiv:1801.04381](https://arxiv.org/abs/1801.04381).
# - L.-C. Chen and others, *DeepLab* (2016), where atrous convolution and ASPP entered segmentation:
#   [arXiv:1606.00915](https://arxiv.org/abs/1606.00915).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - L.-C. Chen y otros, *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017), DeepLabv3, con la ASPP del
#   sección 4: [arXiv:1706.05587](https://arxiv.org/abs/1706.05587).
# - M. Sandler y otros, *MobileNetV2: Inverted Residuals and Linear Bottlenecks* (2018), la red pequeña de base; su parte sobre
#   segmentación semántica cuenta por qué encogió la ASPP: [arXiv:1801.04381](https://arxiv.org/abs/1801.04381).
# - L.-C. Chen y otros, *DeepLab* (2016), donde la convolución atrous y la ASPP llegaron a la segmentación:
#   [arXiv:1606.00915](https://arxiv.org/abs/1606.00915).
