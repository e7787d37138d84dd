# %% [markdown] tags=["en"]
# # Lesson 1 · What the network sees
#
# Between the photo on your screen and the first layer of a network lie four small steps: resize, normalise, reorder, pad.
# Many bugs of a first project live there, and most of them raise no error: the mask is just *bad*. Here you do every step
# by hand, and at the end you compare the result with the model's own code, to the last digit.
#
# ## What you will learn
#
# - to read an image as an array, and never again to take x for the row;
# - to resize, normalise, reorder and pad an image as SAM does, in ten lines of NumPy and PIL;
# - why a click must travel with the photo, and how;
# - what DeepLab does differently, and which photos bring trouble: turned, grey, transparent ones.
#
# About {minutes} minutes. You need: lesson 0, and NumPy indexing.

# %% [markdown] tags=["es"]
# # Lección 1 · Lo que ve la red
#
# Entre la foto de tu pantalla y la primera capa de una red hay cuatro pasos cortos: redimensionar, normalizar, reordenar
# y rellenar. Ahí viven muchos fallos de un primer proyecto, y la mayoría no da ningún error: la máscara sale *mal*,
# sin más. Aquí das cada paso a mano y al final lo comparas con el código del propio modelo, hasta la última cifra.
#
# ## Qué vas a aprender
#
# - a leer una imagen como un arreglo, sin volver a tomar x por la fila;
# - a redimensionar, normalizar, reordenar y rellenar una imagen como lo hace SAM, en diez líneas de NumPy y PIL;
# - por qué un clic tiene que viajar con la foto, y cómo;
# - qué hace DeepLab de otra manera, y qué fotos dan problemas: las giradas, las grises y las transparentes.
#
# Unos {minutes} minutos. Necesitas: la lección 0 y saber indexar en NumPy.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import numpy as np
from PIL import Image

from segwidgets import Prompt, load_image
from segwidgets.course import check, draw, needs_torch, progress, quiz, show, start

start(1, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · An image is an array
#
# `photo[row, column]` is one pixel: three numbers, red, green and blue. Rows count from the top down, so the row is y and
# the column is x. **An array is indexed in the order (y, x); a point is written in the order (x, y).** Everybody mixes
# them up once; better today than later.
#
# **Predict.** The bridge of Chelsea's nose is the point (250, 170). Is its colour `photo[250, 170]` or `photo[170, 250]`?

# %% [markdown] tags=["es"]
# ## 1 · Una imagen es un arreglo
#
# `photo[fila, columna]` es un píxel: tres números, rojo, verde y azul. Las filas se cuentan de arriba abajo, así que la
# fila es y, y la columna es x. **Un arreglo se indexa en el orden (y, x); un punto se escribe en el orden (x, y).**
# Todo el mundo los confunde una vez; mejor que sea hoy.
#
# **Predice.** El puente de la nariz de Chelsea es el punto (250, 170). ¿Su color es `photo[250, 170]` o `photo[170, 250]`?

# %%
photo = load_image("cat")
eye = photo[98:122, 150:186]
titles = [L("The nose is at (250, 170)", "La nariz está en (250, 170)"), L("36 × 24 pixels", "36 × 24 píxeles")]
show(draw(photo, prompt=Prompt([(250, 170)])), eye, titles=titles)
print(photo[170, 250], photo[250, 170])

# %% [markdown] tags=["en", "alt"]
# Left: the cat with a green point on the bridge of her nose. Right: a piece of her eye, so large that its square pixels
# can be counted.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, la gata con un punto verde en el puente de la nariz. A la derecha, un trozo del ojo tan ampliado que se
# pueden contar los píxeles cuadrados.

# %% [markdown] tags=["en"]
# **Explain.** It is `photo[170, 250]`: row 170, column 250. The other one is a pixel too, of another place, and Python
# does not complain: 250 rows down and 170 columns in still lies within the photo. That is what makes this mistake so
# common.
#
# The three numbers have an order as well. This course uses RGB. OpenCV reads photos as BGR, and a network that was trained
# on RGB then sees a blue cat:

# %% [markdown] tags=["es"]
# **Explica.** Es `photo[170, 250]`: fila 170, columna 250. El otro también es un píxel, de otro sitio, y Python no
# protesta: 250 filas abajo y 170 columnas adentro sigue siendo parte de la foto. Por eso es un error tan común.
#
# Los tres números también tienen un orden. Este curso usa RGB. OpenCV lee las fotos como BGR, y una red entrenada con RGB ve
# entonces una gata azul:

# %%
bgr = photo[:, :, ::-1]
titles = ["RGB", L("Read as BGR", "Leído como BGR")]
show(photo, bgr, titles=titles, width=640)
print("RGB", photo.mean(axis=(0, 1)).round(1), " BGR", bgr.mean(axis=(0, 1)).round(1))

# %% [markdown] tags=["en", "alt"]
# The cat twice: in her own warm colours, and bluish where red and blue are swapped.

# %% [markdown] tags=["es", "alt"]
# La gata dos veces: con sus colores cálidos y azulada, con el rojo y el azul cambiados.

# %% [markdown] tags=["en"]
# ## 2 · Resize: the longest side gets 1024 pixels
#
# SAM's encoder was built for a square of 1024 × 1024. What comes out in the end is a grid of 64 × 64 cells, each described by
# 256 numbers: one cell for 16 × 16 pixels. (The large SAM cuts the square into such cells at once; the small one that runs here
# shrinks it in several steps.) A photo has to fit in, without being distorted: its *longest* side becomes 1024,
# the other follows in proportion.
#
# **Predict.** Chelsea's photo is 300 high and 451 wide. How high will it be?

# %% [markdown] tags=["es"]
# ## 2 · Redimensionar: el lado mayor pasa a 1024 píxeles
#
# El codificador de SAM está hecho para un cuadrado de 1024 × 1024. Lo que sale al final es una cuadrícula de 64 × 64 casillas,
# descrita cada una con 256 números: una casilla por cada 16 × 16 píxeles. (El SAM grande corta el cuadrado en esas casillas desde
# el principio; el pequeño que se ejecuta aquí lo encoge en varios pasos.) La foto tiene que caber ahí sin deformarse: su lado *mayor* pasa a medir 1024 y el otro
# lo sigue en proporción.
#
# **Predice.** La foto de Chelsea mide 300 de alto y 451 de ancho. ¿Cuánto medirá de alto?

# %%
height, width = photo.shape[:2]
scale = 1024 / max(height, width)
new_height, new_width = round(height * scale), round(width * scale)
print(f"{scale:.4f}", (height, width), "->", (new_height, new_width))

# %% [markdown] tags=["en"]
# **Measure.** The factor is about 2.27, so 300 becomes 681. Now the pixels: PIL wants its size as (width, height), the other
# way round from NumPy's shape. Mix them up and the cat is squeezed:

# %% [markdown] tags=["es"]
# **Mide.** El factor es de unos 2,27, así que 300 pasa a 681. (En el texto los decimales llevan coma; en el código, punto.) Ahora los píxeles: PIL pide el tamaño como (ancho, alto), al
# revés que la forma de NumPy. Si los confundes, la gata sale aplastada:

# %%
picture = Image.fromarray(photo)
bilinear = Image.Resampling.BILINEAR
resized = np.asarray(picture.resize((new_width, new_height), bilinear))
squeezed = np.asarray(picture.resize((new_height, new_width), bilinear))
titles = [L("(width, height): right", "(ancho, alto): bien"), L("(height, width)", "(alto, ancho)")]
show(resized, squeezed, titles=titles, width=640)
print(resized.shape, squeezed.shape)

# %% [markdown] tags=["en", "alt"]
# Left: the cat in her true proportions. Right: the same photo squeezed into a tall, narrow picture.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, la gata con sus proporciones. A la derecha, la misma foto aplastada en una imagen alta y estrecha.

# %% [markdown] tags=["en"]
# ## 3 · Normalise: small numbers round zero
#
# A network learns best when its inputs are small and lie on both sides of zero. So the mean is subtracted from each
# channel, and the result is divided by the standard deviation. These are not this photo's own, but those of ImageNet, the
# photos on which networks like this one have been trained for years. For SAM, on the scale from 0 to 255, they are:

# %% [markdown] tags=["es"]
# ## 3 · Normalizar: números pequeños alrededor de cero
#
# Una red aprende mejor cuando sus entradas son pequeñas y caen a ambos lados del cero. Por eso a cada canal se le resta la
# media, y lo que queda se divide entre la desviación estándar. No las de esta foto, sino las de ImageNet, las fotos con las
# que se entrenan redes como esta desde hace años. En SAM, en la escala de 0 a 255, son:

# %%
mean = np.array([123.675, 116.28, 103.53], dtype=np.float32)
std = np.array([58.395, 57.12, 57.375], dtype=np.float32)
normalised = (resized - mean) / std
print(resized.dtype, resized.min(), resized.max())
print(normalised.dtype, normalised.min().round(2), normalised.max().round(2))

# %% [markdown] tags=["en"]
# **Predict.** Chelsea is a warm, reddish cat. After this step, will the mean of the red channel be above zero, or below? And
# that of the blue one?

# %% [markdown] tags=["es"]
# **Predice.** Chelsea es una gata de tonos cálidos, rojizos. Después de este paso, ¿la media del canal rojo quedará por
# encima de cero o por debajo? ¿Y la del azul?

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(6.6, 2.6))
for channel, color in enumerate(["#d55e00", "#009e73", "#0072b2"]):
    axes.hist(normalised[:, :, channel].ravel(), 60, histtype="step", color=color, lw=2)
axes.axvline(0, color="black", lw=1)
axes.set_title(L("Red lies above zero, blue below", "El rojo queda por encima de cero, el azul por debajo"))
axes.set_xlabel(L("normalised value", "valor normalizado"))
axes.set_yticks([])
plt.show()
print(normalised.mean(axis=(0, 1)).round(2))

# %% [markdown] tags=["en", "alt"]
# Histograms of the three channels from about minus two to plus two. The red one lies mostly right of zero, the blue one
# left, the green one between.

# %% [markdown] tags=["es", "alt"]
# Histogramas de los tres canales, de menos dos a más dos aproximadamente. El rojo queda sobre todo a la derecha del
# cero, el azul a la izquierda y el verde en medio.

# %% [markdown] tags=["en"]
# **Explain.** Zero now means "as in the average photo". Had we used the photo's own mean, every channel would centre on
# zero and the network could no longer tell a warm photo from a cold one.
#
# A trap: many tutorials give the same constants as 0.485, 0.456, 0.406. Those are for images from 0 to 1 (123.675 is
# 0.485 × 255). Mix the two scales and the network sees plain black all over, or a white far brighter than white.

# %% [markdown] tags=["es"]
# **Explica.** Ahora el cero significa «como en la foto media». Si hubiéramos usado la media de esta foto, todos los canales
# quedarían centrados en cero y la red ya no distinguiría una foto cálida de una fría.
#
# Una trampa: muchos tutoriales dan las mismas constantes como 0,485; 0,456 y 0,406. Son para imágenes de 0 a 1 (123,675 es
# 0,485 × 255). Si mezclas las dos escalas, la red lo ve todo negro, o de un blanco mucho más brillante que el blanco.

# %% [markdown] tags=["en"]
# ## 4 · Reorder and pad
#
# PyTorch wants the channels first: (3, height, width), called CHW, where NumPy and PIL have them last, HWC. The axes must
# be *moved*, with `transpose`. `reshape` also gives the right shape, and that is the trap:
#
# **Predict.** What does the first channel look like after `reshape(3, height, width)`?

# %% [markdown] tags=["es"]
# ## 4 · Reordenar y rellenar
#
# PyTorch quiere los canales delante: (3, alto, ancho), lo que se llama CHW; NumPy y PIL los tienen detrás, HWC. Hay que
# *mover* los ejes, con `transpose`. `reshape` también da la forma correcta, y ahí está la trampa:
#
# **Predice.** ¿Qué aspecto tendrá el primer canal después de `reshape(3, alto, ancho)`?

# %%
moved = photo.transpose(2, 0, 1)
cut_up = photo.reshape(3, height, width)
show(moved[0], cut_up[0], titles=["transpose(2, 0, 1)", "reshape(3, 300, 451)"])
print(moved.shape, cut_up.shape, (moved == cut_up).mean().round(3))

# %% [markdown] tags=["en", "alt"]
# Left: the red channel of the cat in grey. Right: after reshape, a weave of fine stripes in which no cat can be made out.

# %% [markdown] tags=["es", "alt"]
# A la izquierda, el canal rojo de la gata en gris. A la derecha, tras reshape, un tejido de rayas finas en el que ya no se
# distingue ninguna gata.

# %% [markdown] tags=["en"]
# **Explain.** Both have the shape (3, 300, 451). `reshape` reads the numbers in the order in which they lie in memory, red,
# green, blue, red, green, blue, and just breaks the lines elsewhere: its first "channel" is the top third of the photo,
# each row broken into three, with all colours side by side. No error, and nothing a network could make sense of.
#
# Last comes the padding: zeros below (or to the right), up to the square. Zero is the average colour, so the padding says
# "nothing special here".

# %% [markdown] tags=["es"]
# **Explica.** Las dos tienen la forma (3, 300, 451). `reshape` lee los números en el orden en que están en memoria, rojo,
# verde, azul, rojo, verde, azul, y solo corta las líneas en otro sitio: su primer «canal» es el tercio superior de la
# foto, cada fila partida en tres y con los tres colores mezclados. Ningún error, y nada que una red pueda entender.
#
# Y por último, el relleno: ceros por debajo (o a la derecha) hasta completar el cuadrado. El cero es el color medio, así
# que el relleno dice «aquí no hay nada especial».

# %%
by_hand = np.zeros((3, 1024, 1024), dtype=np.float32)
by_hand[:, :new_height, :new_width] = normalised.transpose(2, 0, 1)
padding = (by_hand == 0).all(axis=0).mean()
print(by_hand.shape, by_hand.dtype, f"{padding:.1%}", L("padding", "de relleno"))

# %% [markdown] tags=["en"]
# **Predict.** And if one of these steps goes wrong? Below are seven mistakes, each with the click on the nose. In how many will SAM itself notice that
# something is wrong, and give its mask a low rating?

# %% [markdown] tags=["es"]
# **Predice.** ¿Y si uno de estos pasos sale mal? Abajo hay siete errores, cada uno con el clic en la nariz. ¿En cuántos notará el propio SAM que algo
# va mal y le pondrá una nota baja a su máscara?

# %%
from segwidgets import compare
from segwidgets.course import reference_mask
from segwidgets.course.raw_input import ask_with

pixels = resized.astype(np.float32)
full = np.asarray(picture.resize((1024, 1024), bilinear))
top = (1024 - new_height) // 2
inputs = {
    L("right", "bien"): normalised,
    "BGR": (pixels[:, :, ::-1] - mean) / std,
    L("0 to 1", "de 0 a 1"): (pixels / 255 - mean) / std,
    L("no mean, no std", "sin media ni std"): pixels,
    L("0.485 on 255", "0.485 sobre 255"): (pixels - mean / 255) / (std / 255),
    "reshape": normalised.reshape(3, new_height, new_width).transpose(1, 2, 0),
    L("centred", "centrada"): np.pad(normalised, ((top, top), (0, 0), (0, 0))),
    L("squashed", "deformada"): (full - mean) / std,
}
for name, numbers in inputs.items():
    inputs[name] = numbers.astype(np.float32)  # half the memory

# %% [markdown] tags=["en"]
# `ask_with` feeds these numbers to SAM as they are. Of its three masks we take the best by our reference (IoU, lesson 5: 1 is perfect, 0 is nothing
# in common), and beside it SAM's own rating of that mask.

# %% [markdown] tags=["es"]
# `ask_with` le da a SAM estos números tal cual. De sus tres máscaras tomamos la mejor según nuestra referencia (IoU, lección 5: 1 es perfecta, 0 es nada
# en común) y, a su lado, la nota que le pone el propio SAM.

# %%
cat, nose = reference_mask("cat", "cat"), Prompt([(250, 170)])
pictures, titles = [], []
for name in list(inputs):
    numbers = inputs.pop(name)  # what was asked makes room
    masks, ratings = ask_with(numbers, nose, photo.shape[:2])
    ious = [compare(mask, cat).iou for mask in masks]
    best = int(np.argmax(ious))
    pictures.append(draw(photo, masks[best], nose))
    titles.append(f"{name}: {ious[best]:.2f}")
    print(f"{name:<18} IoU {ious[best]:.2f}   SAM: {ratings[best]:.2f}")
show(*pictures, titles=titles, columns=4, width=800)

# %% [markdown] tags=["en", "alt"]
# Eight times the cat with SAM's best mask. Prepared right, and as BGR, the mask is the cat. On the 0-to-1 scale and after reshape it is nearly
# the whole photo; unnormalised and with the wrong constants, shreds; with centred padding and squashed, a cat that has slipped or been stretched.

# %% [markdown] tags=["es", "alt"]
# Ocho veces la gata con la mejor máscara de SAM. Bien preparada, y en BGR, la máscara es la gata. En la escala de 0 a 1 y tras reshape es casi
# toda la foto; sin normalizar y con las constantes equivocadas, jirones; con el relleno centrado y deformada, una gata corrida o estirada.

# %% [markdown] tags=["en"]
# **Explain.** SAM rates nearly all of them about 1: it judges how well the mask fits what it *saw*, and cannot know that it saw something
# else. Only without normalising, and with the small constants on large numbers, does it doubt a little, at 0.9. BGR does next to no harm here, for an
# outline stays an outline in wrong colours; that is why this mistake lives so long. After `reshape` an IoU of 0.74 looks like something, but it is what
# you get for marking the whole photo: the cat fills three quarters of it. **No number that comes out of the network tells you that what went in was wrong.**

# %% [markdown] tags=["es"]
# **Explica.** SAM les pone a casi todas una nota cercana a 1: juzga si la máscara encaja con lo que *vio*, y no puede saber que vio otra
# cosa. Solo sin normalizar, y con las constantes pequeñas sobre números grandes, duda un poco, con 0,9. BGR apenas hace daño aquí, porque un
# contorno sigue siendo un contorno en colores equivocados; por eso este error dura tanto. Tras `reshape`, un IoU de 0,74 parece algo, pero es lo que
# sale si marcas la foto entera: la gata ocupa tres cuartos. **Ningún número que salga de la red te dice que lo que entró estaba mal.**

# %% [markdown] tags=["en"]
# ## 5 · The same, by the model itself
#
# `load_sam` gives the model as its authors' own class, `segment_anything.modeling.Sam`. It brings two helpers along:
# `ResizeLongestSide` resizes, `preprocess` normalises and pads. (The cell takes a while: it is the first of the course
# that needs PyTorch.)
#
# **Predict.** How large is the largest difference from what our ten lines made? 1? 0.01? Less?

# %% [markdown] tags=["es"]
# ## 5 · Lo mismo, por el propio modelo
#
# `load_sam` da el modelo en la clase de sus autores, `segment_anything.modeling.Sam`. Trae dos ayudantes:
# `ResizeLongestSide` redimensiona, y `preprocess` normaliza y rellena. (La celda tarda un poco: es la primera del curso que
# necesita PyTorch.)
#
# **Predice.** ¿Cuánto valdrá la mayor diferencia con nuestras diez líneas? ¿1? ¿0,01? ¿Menos?

# %%
needs_torch()
import torch
from segment_anything.utils.transforms import ResizeLongestSide

from segwidgets import load_sam

sam = load_sam(device="cpu")
transform = ResizeLongestSide(sam.image_encoder.img_size)
tensor = torch.as_tensor(transform.apply_image(photo)).permute(2, 0, 1)
by_model = sam.preprocess(tensor[None].float())[0].numpy()
print(by_model.shape, L("largest difference:", "mayor diferencia:"), np.abs(by_hand - by_model).max())

# %% [markdown] tags=["en"]
# **Explain.** Zero: not close, the same. There is no magic in a model's transform, and now you know every line of it. Let us
# look at what goes in. To show it we shift the values into the visible range; the network gets the numbers themselves.

# %% [markdown] tags=["es"]
# **Explica.** Cero: no es parecido, es lo mismo. La transformación de un modelo no tiene magia, y ya conoces cada una de sus
# líneas. Veamos lo que entra. Para mostrarlo llevamos los valores al rango visible; la red recibe los números tal cual.

# %%
from segwidgets.models.pascal import preprocess_array

for_deeplab = np.zeros((3, 513, 513), dtype=np.float32)
small = preprocess_array(photo)
for_deeplab[:, : small.shape[1], : small.shape[2]] = small
seen_by_sam = (by_hand.transpose(1, 2, 0) * std + mean).round().astype(np.uint8)
seen_by_deeplab = (for_deeplab.transpose(1, 2, 0) + 1) * 127.5
seen_by_deeplab = seen_by_deeplab.round().astype(np.uint8)
titles = ["SAM: 1024 × 1024", "DeepLab: 513 × 513"]
show(seen_by_sam, seen_by_deeplab, titles=titles, width=640)
print(small.shape, small.min().round(2), small.max().round(2))

# %% [markdown] tags=["en", "alt", "cover"]
# Two squares: in each the cat fills the upper two thirds; the padding below is brownish grey for SAM, mid-grey for
# DeepLab.

# %% [markdown] tags=["es", "alt", "cover"]
# Dos cuadrados: en cada uno la gata ocupa los dos tercios de arriba; el relleno de abajo es gris pardo en SAM y gris medio
# en DeepLab.

# %% [markdown] tags=["en"]
# This DeepLab takes the same four steps with other numbers: the longest side becomes 513, and `x / 127.5 − 1` brings 0…255 to
# −1…1, without means and deviations. That is how its MobileNetV2 was trained; torchvision's DeepLab wants ImageNet's means again.
# **A network wants exactly what it was trained with.** Look the numbers up in its paper or its code, and do not guess.

# %% [markdown] tags=["es"]
# Este DeepLab da los mismos cuatro pasos con otros números: el lado mayor pasa a 513, y `x / 127.5 − 1` lleva 0…255 a −1…1, sin
# medias ni desviaciones. Así se entrenó su MobileNetV2; el DeepLab de torchvision vuelve a pedir las medias de ImageNet. **Una red quiere exactamente aquello con lo que se entrenó.** Qué números son lo dice su artículo
# o su código, nunca la intuición.

# %% [markdown] tags=["en"]
# ## 6 · The click travels along
#
# You click at (250, 170) in the photo; the network knows only its square. So the point is scaled by the same factor.
#
# **Predict.** What happens if you forget to? What is at (250, 170) in the large picture?

# %% [markdown] tags=["es"]
# ## 6 · El clic viaja con la foto
#
# Haces clic en (250, 170) de la foto; la red solo conoce su cuadrado. Así que el punto se multiplica por el mismo factor.
#
# **Predice.** ¿Y si se te olvida? ¿Sobre qué cae (250, 170) en la imagen grande?

# %%
point = np.array([250, 170])
moved_point = point * [new_width / width, new_height / height]
right, wrong = (draw(resized, prompt=Prompt([p])) for p in (moved_point, point))
titles = [L("Scaled along: the nose", "Escalado: la nariz"), L("Forgotten", "Olvidado")]
show(right, wrong, titles=titles, width=640)
print(moved_point.round(1))

# %% [markdown] tags=["en", "alt"]
# The enlarged cat twice. Left: the point lies on the bridge of her nose. Right: the unscaled point lies on her
# forehead, above the eye on the left.

# %% [markdown] tags=["es", "alt"]
# La gata ampliada, dos veces. A la izquierda, el punto está en el puente de la nariz. A la derecha, el punto sin escalar cae
# en la frente, encima del ojo de la izquierda.

# %% [markdown] tags=["en"]
# SAM's own helper moves the point to the same place:

# %% [markdown] tags=["es"]
# El propio ayudante de SAM lleva el punto al mismo sitio:

# %%
needs_torch()
print(transform.apply_coords(point, (height, width)).round(1))

# %% [markdown] tags=["en"]
# **Explain.** The unscaled click is still on the cat, so you might get a cat and never notice; on a smaller object you would
# get the wallpaper. `Segmenter` and the widget scale for you, and clicks are always in pixels *of your photo*. The mask
# goes the other way: SAM draws it at 256 × 256 for the whole square, it is enlarged, the padding is cut off, and it is
# brought to the photo's size.

# %% [markdown] tags=["es"]
# **Explica.** El clic sin escalar sigue cayendo en la gata, así que quizá salga la gata y no te enteres; con un objeto más
# pequeño saldría el papel de la pared. `Segmenter` y el widget escalan por ti, y los clics se dan siempre en píxeles *de tu
# foto*. La máscara hace el camino de vuelta: SAM la dibuja a 256 × 256 para todo el cuadrado, se amplía, se le quita el
# relleno y se lleva al tamaño de la foto.

# %% [markdown] tags=["en"]
# ## 7 · Photos that bring trouble
#
# Three kinds turn up again and again: a phone's photo that is stored on its side with a note "turn me" (EXIF orientation;
# the 6 below says: a quarter turn clockwise), a grey one without a colour axis, and a drawing with transparency, four
# channels. Here they are, made from Chelsea.

# %% [markdown] tags=["es"]
# ## 7 · Fotos que dan problemas
#
# Tres tipos aparecen una y otra vez: la foto de teléfono guardada tumbada con una nota que dice «gírame» (orientación EXIF; el
# 6 de abajo pide un cuarto de vuelta a la derecha), la gris, sin eje de color, y el dibujo con transparencia, de cuatro
# canales. Aquí están, hechas con Chelsea.

# %%
import io

exif = Image.Exif()
exif[0x0112] = 6
file = io.BytesIO()
Image.fromarray(np.rot90(photo)).save(file, "JPEG", quality=95, exif=exif)
grey = photo.mean(axis=2).astype(np.uint8)
rows, columns = np.indices((height, width))
round_alpha = np.hypot(rows - 150, columns - 225) < 140  # a disc || un disco
cut_out = np.dstack([photo, round_alpha * np.uint8(255)])

# %% [markdown] tags=["en"]
# **Predict.** `load_image` promises (H, W, 3), upright, RGB, whatever comes. What will it put where the drawing is
# transparent?

# %% [markdown] tags=["es"]
# **Predice.** `load_image` promete (alto, ancho, 3), derecha y en RGB, venga lo que venga. ¿Qué pondrá donde el dibujo es
# transparente?

# %%
as_stored = np.asarray(Image.open(io.BytesIO(file.getvalue())))
loaded = [load_image(source) for source in (file.getvalue(), grey, cut_out)]
titles = [L("As stored", "Como se guardó"), "EXIF", L("Grey", "Gris"), L("Transparent", "Transparente")]
show(as_stored, *loaded, titles=titles)
for before, after in zip([as_stored, grey, cut_out], loaded):
    print(before.shape, "->", after.shape)

# %% [markdown] tags=["en", "alt"]
# Four pictures of the cat: lying on her side as the file stores her; upright; in grey; and in a round cut-out on white.

# %% [markdown] tags=["es", "alt"]
# Cuatro imágenes de la gata: tumbada, como la guarda el archivo; derecha; en gris; y en un recorte redondo sobre blanco.

# %% [markdown] tags=["en"]
# **Explain.** White is laid beneath what is transparent. Without a decision the hidden pixels would come to light, and they
# may be anything. The turned photo came out upright, and its height and width changed places: clicks from *before* the turn
# would be off.

# %% [markdown] tags=["es"]
# **Explica.** Debajo de lo transparente se pone blanco. Si no se decidiera nada, saldrían a la luz los píxeles escondidos, que
# pueden ser cualquier cosa. La foto girada quedó derecha, y su alto y su ancho cambiaron de sitio: los clics de *antes* del
# giro ya no valdrían.

# %% [markdown] tags=["en"]
# ## Recap
#
# - Arrays are indexed as `[y, x]`, points are written as (x, y), and PIL's sizes are (width, height).
# - SAM: longest side 1024, minus mean, divided by deviation, channels first, zeros below or to the right up to a square.
# - This DeepLab: longest side 513, `x / 127.5 − 1`. Each network wants what it was trained with.
# - Clicks are scaled with the photo; masks are scaled back.
# - Wrong order, wrong scale and `reshape` raise no error. Look at what goes in.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Los arreglos se indexan como `[y, x]`, los puntos se escriben (x, y) y los tamaños de PIL son (ancho, alto).
# - SAM: lado mayor 1024, menos la media, entre la desviación, canales delante, ceros abajo o a la derecha hasta el cuadrado.
# - Este DeepLab: lado mayor 513, `x / 127.5 − 1`. Cada red quiere aquello con lo que se entrenó.
# - Los clics se escalan con la foto; las máscaras se escalan de vuelta.
# - El orden equivocado, la escala equivocada y `reshape` no dan ningún error. Mira lo que entra.

# %% [markdown] tags=["en"]
# **A good place to stop.** About {before} minutes lie behind you, and {after} ahead. When you come back, *Run All Above Selected Cell* in
# the menu *Run* brings you to this line again.

# %% [markdown] tags=["es"]
# **Un buen sitio para parar.** Llevas unos {before} minutos y quedan unos {after}. Cuando vuelvas, *Run All Above Selected Cell*, en el
# menú *Run*, te trae de nuevo hasta esta línea.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 1.1 · Mend the blue cat
#
# `bgr` from section 1 has red and blue swapped. Make `rgb` from it, without using `photo`.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 1.1 · Arregla la gata azul
#
# `bgr`, de la sección 1, tiene cambiados el rojo y el azul. Haz `rgb` a partir de él, sin usar `photo`.

# %% tags=["solution"]
rgb = bgr[:, :, ::-1]
check("1.1", rgb)

# %% [markdown] tags=["en"]
# ### 1.2 · The size, for any photo
#
# Write the function that gives a photo's new (height, width), whole numbers, with the longest side at 1024. Round to the
# nearest; it is tried with photos that are high, wide, and large.

# %% [markdown] tags=["es"]
# ### 1.2 · El tamaño, para cualquier foto
#
# Escribe la función que da el nuevo (alto, ancho) de una foto, en enteros, con el lado mayor a 1024. Redondea al más
# cercano; se prueba con fotos altas, anchas y grandes.

# %% tags=["solution"]
def model_size(height, width):
    L(
        """Return (height, width) with the longest side at 1024.""",
        """Devuelve (alto, ancho) con el lado mayor en 1024.""",
    )
    scale = 1024 / max(height, width)
    return round(height * scale), round(width * scale)


check("1.2", model_size)

# %% [markdown] tags=["en"]
# ### 1.3 · Normalise
#
# Write the function that normalises an image (H, W, 3) from 0 to 255 as SAM wants it. The arrays `mean` and `std` from section
# 3 are yours to use.

# %% [markdown] tags=["es"]
# ### 1.3 · Normaliza
#
# Escribe la función que normaliza una imagen (alto, ancho, 3) de 0 a 255 como la quiere SAM. Puedes usar los arreglos
# `mean` y `std` de la sección 3.

# %% tags=["solution"]
def normalise(image):
    L(
        """Return the image minus SAM's mean, divided by its standard deviation.""",
        """Devuelve la imagen menos la media de SAM, entre su desviación estándar.""",
    )
    return (image - mean) / std


check("1.3", normalise)

# %% [markdown] tags=["en"]
# ### 1.4 · Channels first, and a square
#
# Write the function that takes a normalised image (H, W, 3), with no side over 1024, and returns the (3, 1024, 1024) that
# the network gets.

# %% [markdown] tags=["es"]
# ### 1.4 · Los canales delante, y un cuadrado
#
# Escribe la función que toma una imagen normalizada (alto, ancho, 3), sin ningún lado mayor que 1024, y devuelve el arreglo
# (3, 1024, 1024) que recibe la red.

# %% tags=["solution"]
def to_square(image):
    L(
        """Return the image channels first, padded with zeros to 1024 x 1024.""",
        """Devuelve la imagen con los canales delante y ceros hasta 1024 x 1024.""",
    )
    square = np.zeros((3, 1024, 1024), dtype=image.dtype)
    square[:, : image.shape[0], : image.shape[1]] = image.transpose(2, 0, 1)
    return square


check("1.4", to_square)

# %% [markdown] tags=["en"]
# ### 1.5 · The way back
#
# The network points at (x, y) in its 1024 square. Where is that in a photo of the given height and width? Write the
# function; it returns (x, y) in the photo.

# %% [markdown] tags=["es"]
# ### 1.5 · El camino de vuelta
#
# La red señala (x, y) en su cuadrado de 1024. ¿Dónde está eso en una foto del alto y el ancho dados? Escribe la función;
# devuelve (x, y) en la foto.

# %% tags=["solution"]
def to_photo(x, y, height, width):
    L(
        """Return the point (x, y) of the 1024 square in a photo's pixels.""",
        """Devuelve el punto (x, y) del cuadrado de 1024 en píxeles de la foto.""",
    )
    scale = 1024 / max(height, width)
    return x / scale, y / scale


check("1.5", to_photo)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions, answered by looking closely.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas que se responden mirando bien.

# %%
quiz(1)

# %%
progress(1)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - A. Kirillov and others, *Segment Anything* (2023), appendix A on the image encoder:
#   [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - `ResizeLongestSide` and `preprocess` in the authors' own code:
#   [facebookresearch/segment-anything](https://github.com/facebookresearch/segment-anything).
# - NumPy's guide to [indexing](https://numpy.org/doc/stable/user/basics.indexing.html).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - A. Kirillov y otros, *Segment Anything* (2023), apéndice A, sobre el codificador de imágenes:
#   [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - `ResizeLongestSide` y `preprocess` en el código de los autores:
#   [facebookresearch/segment-anything](https://github.com/facebookresearch/segment-anything).
# - La guía de NumPy sobre [indexación](https://numpy.org/doc/stable/user/basics.indexing.html) (en inglés).
