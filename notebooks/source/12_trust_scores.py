# %% [markdown] tags=["en"]
# # Lesson 12 · How sure is it?
#
# SAM rates its own masks. DeepLab gives every pixel a probability. Both numbers look like promises, and programs that use masks treat them
# so: "above 0.9 nobody needs to look". In this lesson you hold the promises against what came true, pixel by pixel and click by click.
#
# ## What you will learn
#
# - what SAM's rating knows, and what it cannot know;
# - to read a reliability diagram: of what was said to be 75 % sure, how much is right?
# - what one number, a threshold or a temperature, can mend, and what it cannot;
# - to say "I do not know", and what that buys;
# - why a ruined photo can make a network surer.
#
# About {minutes} minutes. You need: lessons 3 (softmax) and 5 (IoU; predicted and measured).

# %% [markdown] tags=["es"]
# # Lección 12 · ¿Qué tan segura está?
#
# SAM puntúa sus propias máscaras. DeepLab da a cada píxel una probabilidad. Los dos números parecen promesas, y como tales los tratan los
# programas que usan máscaras: «por encima de 0,9 nadie tiene que mirar». En esta lección comparas las promesas con lo que se cumplió, píxel a
# píxel y clic a clic.
#
# ## Qué vas a aprender
#
# - qué sabe la puntuación de SAM, y qué no puede saber;
# - a leer un diagrama de fiabilidad: de lo que se dijo con un 75 % de seguridad, ¿cuánto acierta?
# - qué arregla un solo número, un umbral o una temperatura, y qué no;
# - a decir «no lo sé», y qué se gana con ello;
# - por qué una foto estropeada puede hacer que una red esté más segura.
#
# Unos {minutes} minutos. Necesitas: las lecciones 3 (softmax) y 5 (IoU; lo predicho y lo medido).

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import cv2
import matplotlib.pyplot as plt
import numpy as np

from segwidgets import Prompt, ReliabilityExplorer, Segmenter
from segwidgets import compare, load_image, measure
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start
from segwidgets.models.deeplab.table import load_fastest

start(12, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · A rating in sixty clicks
#
# Lesson 5 told why a mask that SAM rates 1.00 can be the wrong one: the rating knows a good outline, and not the thing that you meant. How often does
# that happen, and where? Sixty clicks anywhere on the astronaut; of each click's three masks take the one that SAM rates highest.

# %% [markdown] tags=["es"]
# ## 1 · Una puntuación en sesenta clics
#
# La lección 5 contó por qué una máscara que SAM puntúa con 1,00 puede ser la equivocada: la puntuación sabe de buenos contornos, no de lo que querías.
# ¿Con qué frecuencia pasa, y dónde? Sesenta clics en cualquier sitio de la astronauta; de las tres máscaras de cada clic, la que SAM puntúa más alto.

# %%
photo, person = load_image("astronaut"), reference_mask("astronaut", "person")
segmenter = Segmenter(photo)
inside = np.argwhere(person)
chosen = np.random.default_rng(0).choice(len(inside), 60, replace=False)
points = inside[chosen][:, ::-1] + 0.5  # rows and columns become x and y || filas y columnas pasan a x e y

# %% [markdown] tags=["en"]
# **Predict.** In how many of the sixty will the mask be the astronaut (an IoU above one half)? And where it is not: will SAM have rated it lower?
#
# First line: how many are right, how many wrong, the median IoU, the highest of the wrong ones. Second: the median rating of the right and of the wrong
# ones; then the least that the best of a click's three masks had.

# %% [markdown] tags=["es"]
# **Predice.** ¿En cuántos de los sesenta será la máscara la astronauta (un IoU mayor que un medio)? Y donde no lo sea: ¿la habrá puntuado SAM más bajo?
#
# Primera línea: cuántas aciertan, cuántas no, la mediana del IoU y el más alto de las que no. Segunda: la mediana de la puntuación de unas y de otras, y lo
# menos que tuvo la mejor de las tres máscaras de un clic.

# %%
rated, measured, best = np.zeros((3, 60))
for k, point in enumerate(points):
    answer = segmenter.predict(Prompt([point]))
    ious = [compare(mask, person).iou for mask in answer.masks]
    top = answer.predicted_iou.argmax()
    rated[k], measured[k], best[k] = answer.predicted_iou[top], ious[top], max(ious)
right = measured > 0.5
print(sum(right), sum(~right), f"{np.median(measured):.2f} {max(measured[~right]):.2f}")
print(*(f"{np.median(rated[g]):.2f}" for g in (right, ~right)), f"{best.min():.2f}")

# %%
one = segmenter.predict(Prompt([(248.5, 28.5)]))  # in her hair || en su pelo
answers = [draw(photo, one.masks[i], one.prompt) for i in (0, 2)]
show(draw(photo, None, Prompt(points, right)), *answers, width=840,
     titles=L(["44 of 60 find her", "Rated 0.99: the hair", "Same click, rated 0.98"],
              ["44 de 60 dan con ella", "Puntuación 0,99: el pelo", "Mismo clic: 0,98"]))
print(one.predicted_iou.round(2), [f"{compare(m, person).iou:.2f}" for m in one.masks])

# %% [markdown] tags=["en", "alt"]
# The astronaut three times. Left, sixty clicks: circles on most of the suit and the face, crosses on the hair, on the round badge and at the
# hand. Middle, a click on the hair: exactly the hair is marked. Right, another mask of the same click: all of her.

# %% [markdown] tags=["es", "alt"]
# La astronauta tres veces. A la izquierda, sesenta clics: círculos en casi todo el traje y la cara, cruces en el pelo, en el emblema redondo y junto
# a la mano. En medio, un clic en el pelo: está marcado justo el pelo. A la derecha, otra máscara del mismo clic: ella entera.

# %% [markdown] tags=["en"]
# **Measure.** The median IoU is 0.98, and yet more than a quarter of the masks are something else: none of those sixteen (the crosses) has more than 0.08. The ratings
# of both groups have the same median, 0.99.
#
# **Explain.** Hair, badge and hand are things as well, with outlines that SAM finds as good as hers. And she was always there: of each click's three masks one has at
# least 0.82. But which one? For the click on her hair SAM rates the hair 0.99 and her 0.98, and no threshold tells those apart. A second click does.

# %% [markdown] tags=["es"]
# **Mide.** La mediana del IoU es 0,98 y, sin embargo, más de un cuarto de las máscaras son otra cosa: ninguna de esas dieciséis (las cruces) pasa de 0,08. La mediana de las
# puntuaciones es la misma en los dos grupos, 0,99.
#
# **Explica.** El pelo, el emblema y la mano también son cosas, con contornos que a SAM le parecen tan buenos como el de ella. Y ella estaba siempre: de las tres máscaras de cada
# clic, una tiene al menos 0,82. Pero ¿cuál? En el clic del pelo, SAM puntúa el pelo con 0,99 y a ella con 0,98, y eso no lo separa ningún umbral. Otro clic, sí.

# %% [markdown] tags=["en"]
# ## 2 · Of 75 %, how much?
#
# DeepLab does know what it looks for: its softmax says of each pixel how probable each class is. Take the class of the main thing on four photos.

# %% [markdown] tags=["es"]
# ## 2 · De un 75 %, ¿cuánto?
#
# DeepLab sí sabe qué busca: su softmax dice de cada píxel qué tan probable es cada clase. Toma la clase de la cosa principal en cuatro fotos.

# %%
deeplab = load_fastest()

def logits_of(photo):
    return np.stack([cv2.resize(z, photo.shape[1::-1]) for z in deeplab.logits(photo)])

# %%
# photo: (its reference's name, DeepLab's word) || foto: (el nombre de su referencia, la palabra de DeepLab)
things = {"astronaut": ("person", "person"), "cat": ("cat", "cat"),
    "motorcycle": ("motorcycle", "motorbike"), "grace_hopper": ("person", "person")}
truth = {name: reference_mask(name, part) for name, (part, _) in things.items()}

# %% [markdown] tags=["en"]
# Softmax is that of lesson 3, with a number more, the temperature, that section 3 will turn.

# %% [markdown] tags=["es"]
# Softmax es el de la lección 3, con un número más, la temperatura, que la sección 3 moverá.

# %%
def probability(logits, name, temperature=1):
    raised = np.exp((logits - logits.max(axis=0)) / temperature)
    return raised[deeplab.class_names.index(name)] / raised.sum(axis=0)

# %%
said, few_logits = {}, {}
for name, (_, word) in things.items():
    logits = logits_of(load_image(name))
    said[name] = probability(logits, word)
    few_logits[name] = logits[:, ::3, ::3].copy()  # a ninth of the pixels || un noveno

# %% [markdown] tags=["en"]
# A *reliability diagram* sorts all pixels into bins by what was said of them, and shows for each bin how much of it is true. In the photo the pixels of one bin
# are marked: blue ones are motorcycle, orange ones are not. Slide through the bins.
#
# **Predict.** Of the pixels that DeepLab calls "motorbike" with 70 to 80 %: how many should be motorcycle? How many are, and where do they lie?

# %% [markdown] tags=["es"]
# Un *diagrama de fiabilidad* reparte todos los píxeles en tramos según lo que se dijo de ellos, y enseña cuánto de cada tramo es verdad. En la foto están
# marcados los píxeles de un tramo: los azules son moto y los naranjas no. Recorre los tramos.
#
# **Predice.** De los píxeles que DeepLab llama «moto» con un 70 a 80 %: ¿cuántos deberían ser moto? ¿Cuántos lo son, y dónde están?

# %%
explorer = ReliabilityExplorer(load_image("motorcycle"), said["motorcycle"],
                               truth["motorcycle"], lang=L("en", "es"))
explorer.set_probability(0.75)
print(f"{explorer.chart.said[7]:.2f} {explorer.chart.found[7]:.2f}")
explorer

# %% [markdown] tags=["en", "alt", "cover"]
# The garage in grey. A thin ribbon of marked pixels runs around the whole motorcycle, mostly orange; orange, too, are its stand and a patch at the left edge.
# Below, bars that stay far under the diagonal until the last.

# %% [markdown] tags=["es", "alt", "cover"]
# El garaje en gris. Una cinta fina de píxeles marcados rodea toda la moto, casi toda naranja; naranjas son también la pata de apoyo y una mancha en el borde
# izquierdo. Debajo, barras que quedan muy por debajo de la diagonal hasta la última.

# %% [markdown] tags=["en"]
# **Measure.** 75 % was said, 23 % is true. What DeepLab doubts is the edge; the patch at the left is the bicycle of lesson 3. Is it always like that?
# The same bin on all four photos, and what the whole photo adds up to: the mean of all probabilities, and the true share.

# %% [markdown] tags=["es"]
# **Mide.** Se dijo un 75 %, y es verdad un 23 %. Lo que hace dudar a DeepLab es el borde; la mancha de la izquierda es la bicicleta de la lección 3. ¿Es siempre
# así? El mismo tramo en las cuatro fotos, y lo que suma la foto entera: la media de todas las probabilidades y la parte verdadera.

# %%
for name in things:
    diagram = ReliabilityExplorer(load_image(name), said[name], truth[name]).chart
    print(f"{name:<13}{diagram.said[7]:.2f} {diagram.found[7]:.2f}   ", end="")
    print(f"{said[name].mean():.2f} {truth[name].mean():.2f}")

# %% [markdown] tags=["en"]
# **Explain.** On the astronaut DeepLab keeps its word in this bin; where it does so in all of them, a network is *calibrated*. On the cat and the motorcycle the same
# network, with the same weights, promises more than three times what it keeps. There its outline runs outside of the true one, so that the doubtful ribbon lies on the
# background: it says too much, 34 % of the photo where 29 % are motorcycle. Whoever measured on one photo would have learnt the wrong thing about the next.

# %% [markdown] tags=["es"]
# **Explica.** Con la astronauta, DeepLab cumple en este tramo lo que dice; la red que cumple en todos está *calibrada*. Con la gata y la moto, la misma red, con
# los mismos pesos, promete más del triple de lo que cumple. Ahí su contorno va por fuera del verdadero, y la cinta dudosa cae en el fondo: dice de más, un 34 % de la
# foto donde la moto es un 29 %. Quien midiera en una sola foto aprendería algo falso sobre la siguiente.

# %% [markdown] tags=["en"]
# ## 3 · What one number can mend
#
# If the ribbon lies outside, cut further in: not at one half, but at 0.85. **Predict.** On which of the four photos does the IoU rise?

# %% [markdown] tags=["es"]
# ## 3 · Qué arregla un solo número
#
# Si la cinta cae por fuera, corta más adentro: no en un medio, sino en 0,85. **Predice.** ¿En cuáles de las cuatro fotos sube el IoU?

# %%
for name in things:
    ious = [compare(said[name] > cut, truth[name]).iou for cut in (0.5, 0.85)]
    print(f"{name:<13}{ious[0]:.2f} {ious[1] - ious[0]:+.2f}")

# %% [markdown] tags=["en"]
# The usual mend is another: divide all logits by one number, the *temperature*, before softmax. Above 1 it makes every answer less sure, below 1 surer,
# and it never changes which class is first. It is learnt on examples with a reference, as the one with the lowest *log loss*: the mean of −log of the
# probability that was given to the truth. **Predict.** Is it the same on the four photos?

# %% [markdown] tags=["es"]
# El arreglo habitual es otro: dividir todos los logits por un número, la *temperatura*, antes de softmax. Por encima de 1 hace menos segura cada respuesta, por debajo
# más, y nunca cambia qué clase va primera. Se aprende con ejemplos que tienen referencia: la de menor *pérdida logarítmica*, la media de −log de la
# probabilidad que se dio a la verdad. **Predice.** ¿Es la misma en las cuatro fotos?

# %%
def log_loss(name, temperature):
    given = probability(few_logits[name], things[name][1], temperature)
    true = np.where(truth[name][::3, ::3], given, 1 - given)
    return -np.log(np.maximum(true, 1e-9)).mean()

# %%
temperatures = np.arange(0.5, 3.1, 0.25)
plt.figure(figsize=(6.8, 3.4))
colors = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
for name, marker, color in zip(things, "osv^", colors):
    loss = [log_loss(name, temperature) for temperature in temperatures]
    plt.plot(temperatures, loss, marker=marker, color=color, label=name)
    print(f"{name:<13}{temperatures[np.argmin(loss)]}")
plt.title(L("Each photo has its own best temperature", "Cada foto tiene su mejor temperatura"))
plt.xlabel(L("temperature", "temperatura"))
plt.ylabel(L("log loss", "pérdida logarítmica"))
plt.legend()
plt.show()

# %% [markdown] tags=["en", "alt"]
# Four curves of the log loss over the temperature, each with a dip: the astronaut's furthest left, then the cat's, the motorcycle's and Grace Hopper's
# furthest right.

# %% [markdown] tags=["es", "alt"]
# Cuatro curvas de la pérdida logarítmica según la temperatura, cada una con un valle: el de la astronauta más a la izquierda, luego los de la gata y la moto, y
# el de Grace Hopper más a la derecha.

# %% [markdown] tags=["en"]
# **Explain.** Cutting at 0.85 helps the cat and the motorcycle, and costs Grace Hopper 0.01 and the astronaut 0.07. One temperature for all is a compromise between 0.75 and
# 1.75, and it can only turn all doubts up or down together; it moves no outline inwards. Both numbers work where photos resemble those on which they were learnt. So learn them on
# *your* photos, and try them on others than those.

# %% [markdown] tags=["es"]
# **Explica.** Cortar en 0,85 ayuda a la gata y a la moto; a Grace Hopper le cuesta 0,01 y a la astronauta, 0,07. Una sola temperatura para todas es un compromiso entre 0,75 y
# 1,75, y solo puede subir o bajar todas las dudas a la vez; no mete hacia dentro ningún contorno. Los dos números sirven donde las fotos se parecen a aquellas en
# que se aprendieron. Así que apréndelos en *tus* fotos, y pruébalos en otras distintas.

# %% [markdown] tags=["en"]
# ## 4 · "I do not know"
#
# Even a liar can be useful if it lies least where it is surest. Let DeepLab be silent on the pixels of which it is least sure, on the cat's photo the one
# tenth that lies nearest to one half. **Predict.** How many of its errors lie in that tenth?
#
# Each line: what share of the errors is *left* if DeepLab is silent on a tenth of the photo, and on a fifth.

# %% [markdown] tags=["es"]
# ## 4 · «No lo sé»
#
# Hasta quien miente sirve de algo si miente menos cuando más seguro está. Que DeepLab calle en los píxeles de los que menos segura está: en la foto de la gata, la
# décima parte que queda más cerca de un medio. **Predice.** ¿Cuántos de sus errores caen en esa décima parte?
#
# En cada línea: qué parte de los errores *queda* si DeepLab calla en un décimo de la foto, y en un quinto.

# %%
def errors_left(name, silence):
    sure = np.abs(said[name] - 0.5)
    wrong = (said[name] > 0.5) != truth[name]
    return (wrong & (sure >= np.quantile(sure, silence))).sum() / wrong.sum()

for name in things:
    print(f"{name:<13}", *(f"{errors_left(name, s):.2f}" for s in (0.1, 0.2)))

# %%
silent = np.abs(said["cat"] - 0.5) < np.quantile(np.abs(said["cat"] - 0.5), 0.1)
wrong = (said["cat"] > 0.5) != truth["cat"]
cat = load_image("cat")
blue, yellow = (0, 114, 178), (240, 228, 66)
show(draw(cat, wrong, color=blue), draw(cat, silent, color=yellow), width=760,
     titles=L(["Where DeepLab errs", "Where it is least sure: a tenth"],
              ["Dónde se equivoca DeepLab", "Dónde está menos segura: un décimo"]))
print(f"{wrong.mean():.3f} {silent.mean():.2f} {silent[wrong].mean():.2f}")

# %% [markdown] tags=["en", "alt"]
# The cat twice. Left, in blue: a rim around her head and a patch beside her chin. Right, in yellow: a wider rim at the same places, with the same patch.

# %% [markdown] tags=["es", "alt"]
# La gata dos veces. A la izquierda, en azul: un borde alrededor de la cabeza y una mancha junto al mentón. A la derecha, en amarillo: un borde más ancho en los
# mismos sitios, con la misma mancha.

# %% [markdown] tags=["en"]
# **Measure.** A tenth takes four fifths of the cat's errors away, and half of Grace Hopper's.
#
# **Explain.** The cat's probabilities were wrong as numbers and right as an *order*: what is doubted more is wrong more often. For silence, and for choosing what
# a person should look at first, the order is enough. What silence may cost is for you to say: in exercise 12.3 you will set a price for it.

# %% [markdown] tags=["es"]
# **Mide.** Un décimo se lleva cuatro quintos de los errores de la gata, y la mitad de los de Grace Hopper.
#
# **Explica.** Las probabilidades de la gata eran falsas como números y buenas como *orden*: lo que más se duda falla más. Para callar, y para elegir qué debe mirar
# antes una persona, basta el orden. Cuánto puede costar callar lo dices tú: en el ejercicio 12.3 le pondrás precio.

# %% [markdown] tags=["en"]
# ## 5 · Noise, blur, darkness
#
# All that on good photos. Now spoil the astronaut's.
#
# **Predict.** DeepLab's mask of her, and SAM's with a box around her: which one lasts longer? And when a mask is gone, will its network *know*?

# %% [markdown] tags=["es"]
# ## 5 · Ruido, desenfoque, oscuridad
#
# Todo eso, con fotos buenas. Ahora estropea la de la astronauta.
#
# **Predice.** La máscara que DeepLab hace de ella y la de SAM con una caja alrededor: ¿cuál aguanta más? Y cuando una máscara se pierde, ¿lo *sabe* su red?

# %%
def spoil(photo, how, much):
    if how == "noise":
        noise = np.random.default_rng(0).normal(0, much, photo.shape)
        return (photo + noise).clip(0, 255).astype(np.uint8)
    if how == "blur":
        return cv2.GaussianBlur(photo, (0, 0), much)
    return (photo * much).astype(np.uint8)  # "dark"

# %%
def try_both(name, view):
    given, box = probability(logits_of(view), things[name][1]), measure(truth[name]).box
    sam = Segmenter(view).predict(Prompt(box=box))
    ious = [compare(mask, truth[name]).iou for mask in (given > 0.5, sam.best_mask)]
    return ious, (np.maximum(given, 1 - given).mean(), sam.predicted_iou[sam.best])

# %% [markdown] tags=["en"]
# Each line: DeepLab's IoU and how sure it is (of each pixel, "person" or "no person"; the mean), then SAM's IoU and its rating.

# %% [markdown] tags=["es"]
# En cada línea: el IoU de DeepLab y lo segura que está (de cada píxel, «persona» o «no persona»; la media), y después el IoU de SAM y su puntuación.

# %%
spoilt = {L("clean", "limpia"): photo, L("noise", "ruido"): spoil(photo, "noise", 80),
          L("blur", "borrosa"): spoil(photo, "blur", 9), L("dark", "oscura"): spoil(photo, "dark", 0.03)}
titles = []
for how, picture in spoilt.items():
    ious, sure = try_both("astronaut", picture)
    titles.append(f"{how}: DeepLab {ious[0]:.2f}, SAM {ious[1]:.2f}")
    print(f"{how:<8}", "   ".join(f"{i:.2f} ({s:.2f})" for i, s in zip(ious, sure)))
show(*list(spoilt.values())[1:], titles=titles[1:], width=880)

# %% [markdown] tags=["en", "alt"]
# The astronaut's photo spoilt in three ways: under coloured noise, so blurred that the face has no features, and nearly black.

# %% [markdown] tags=["es", "alt"]
# La foto de la astronauta estropeada de tres maneras: bajo un ruido de colores, tan borrosa que la cara no tiene rasgos y casi negra.

# %% [markdown] tags=["en"]
# **Measure.** DeepLab keeps 0.07 of her at most, and is as sure as on the clean photo, 0.95 and more. SAM, which was told where to look, keeps most of her, but its rating falls far
# less than its masks do. Now let the noise grow step by step.

# %% [markdown] tags=["es"]
# **Mide.** DeepLab conserva de ella 0,07 como mucho, y está tan segura como en la foto limpia, 0,95 y más. SAM, a quien se le dijo dónde mirar, conserva la mayor parte, pero su puntuación baja mucho
# menos que sus máscaras. Ahora, que el ruido crezca paso a paso.

# %%
strengths = range(0, 121, 20)
noisy = [probability(logits_of(spoil(photo, "noise", s)), "person") for s in strengths]
ious = [compare(given > 0.5, person).iou for given in noisy]
sure = [np.maximum(given, 1 - given).mean() for given in noisy]
print(*(f"{iou:.1f}" for iou in ious))
print(*(f"{own:.2f}" for own in sure))

# %%
plt.figure(figsize=(6.8, 3.2))
plt.plot(strengths, ious, marker="o", color="#0072B2", label=L("IoU with her", "IoU con ella"))
plt.plot(strengths, sure, marker="s", color="#D55E00",
         label=L("how sure DeepLab is", "lo segura que está DeepLab"))
plt.title(L("DeepLab loses her, and then its doubts",
            "DeepLab la pierde, y después pierde las dudas"))
plt.xlabel(L("noise (standard deviation)", "ruido (desviación típica)"))
plt.legend()
plt.show()

# %% [markdown] tags=["en", "alt"]
# Two curves over the noise. The IoU falls from 0.9 to 0. How sure DeepLab is falls a little at first, is lowest half-way, and rises to nearly 1 where the IoU is 0.

# %% [markdown] tags=["es", "alt"]
# Dos curvas según el ruido. El IoU cae de 0,9 a 0. Lo segura que está DeepLab baja un poco al principio, es mínimo a medio camino y sube hasta casi 1 donde el IoU es 0.

# %% [markdown] tags=["en"]
# **Explain.** You see her through all that noise at once; the network does not. It doubts between things that it knows: where it sees half of a person it wavers, and where
# it sees none, "background" is a perfectly safe answer to it. Its
# probabilities compare 21 answers with each other, and "this is no photo that I can judge" is not among them. So a threshold on sureness catches the half-spoilt photos, and
# lets through the worst. Look at the photo as well: is it as bright and as sharp as those on which you measured?

# %% [markdown] tags=["es"]
# **Explica.** Tú la ves a la primera a través de todo ese ruido; la red, no. Duda entre las cosas que conoce: donde ve media persona, vacila, y donde no ve ninguna,
# «fondo» le parece una respuesta segurísima. Sus
# probabilidades comparan 21 respuestas entre sí, y «esta no es una foto que yo pueda juzgar» no está entre ellas. Un umbral sobre la seguridad atrapa, pues, las fotos a medio
# estropear y deja pasar las peores. Mira también la foto: ¿es tan clara y tan nítida como aquellas en que mediste?

# %% [markdown] tags=["en"]
# ## Recap
#
# - SAM's rating asks whether an outline is good, not whether it is the one you want.
# - A reliability diagram holds what was said against what is true. A network can be calibrated on one photo and not on the next.
# - A threshold or a temperature mends what all photos have in common, and must be tried on others than it was learnt on.
# - Probabilities can be false as numbers and good as an order: then silence pays.
# - Far from what it learnt, a network can be wrong and sure.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - La puntuación de SAM pregunta si un contorno es bueno, no si es el que quieres.
# - Un diagrama de fiabilidad compara lo que se dijo con lo que es verdad. Una red puede estar calibrada en una foto y no en la siguiente.
# - Un umbral o una temperatura arregla lo que todas las fotos tienen en común, y hay que probarlo en otras distintas de aquellas en que se aprendió.
# - Las probabilidades pueden ser falsas como números y buenas como orden: entonces callar compensa.
# - Lejos de lo que aprendió, una red puede equivocarse y estar segura.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 12.1 · The diagram in one number
#
# Write `calibration_error(said, true)`, the *expected calibration error*. `said` holds probabilities, `true` whether each came true, both of shape (N,). Ten bins of
# equal width: 0 to 0.1, 0.1 to 0.2 and so on; 1 belongs to the last. In each bin, how far apart are the mean of what was said and the share that came true? Return the mean of
# these distances, in which each bin counts by its share of all pixels. A bin without pixels counts nothing.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 12.1 · El diagrama en un número
#
# Escribe `calibration_error(said, true)`, el *error de calibración esperado*. `said` tiene probabilidades y `true`, si cada una se cumplió, los dos de forma (N,). Diez tramos
# de igual ancho: de 0 a 0,1, de 0,1 a 0,2, etc.; el 1 va en el último. En cada tramo, ¿cuánto distan la media de lo que se dijo y la parte que se cumplió? Devuelve la media de
# esas distancias, en la que cada tramo cuenta según su parte de todos los píxeles. Un tramo sin píxeles no cuenta.

# %% tags=["solution"]
def calibration_error(said, true):
    bins = np.minimum((said * 10).astype(int), 9)
    error = 0
    for k in np.unique(bins):
        inside = bins == k
        error += abs(said[inside].mean() - true[inside].mean()) * inside.mean()
    return error

check("12.1", calibration_error)

# %% [markdown] tags=["en"]
# ### 12.2 · Its best temperature
#
# Write `best_temperature(logits, classes)`. `logits` has shape (N, K), a row for each pixel; `classes`, shape (N,), says which of the K classes is true. Return which of
# `TEMPERATURES` gives the lowest log loss, the mean of −log of the true class's probability.

# %% [markdown] tags=["es"]
# ### 12.2 · Su mejor temperatura
#
# Escribe `best_temperature(logits, classes)`. `logits` tiene forma (N, K), una fila por píxel; `classes`, de forma (N,), dice cuál de las K clases es la verdadera. Devuelve
# cuál de `TEMPERATURES` da la menor pérdida logarítmica, la media de −log de la probabilidad de la clase verdadera.

# %%
TEMPERATURES = np.arange(5, 51) / 10  # 0.5, 0.6 … 5

# %% tags=["solution"]
def best_temperature(logits, classes):
    def loss(temperature):
        raised = np.exp(logits / temperature)
        probabilities = raised / raised.sum(axis=1, keepdims=True)
        return -np.log(probabilities[np.arange(len(classes)), classes]).mean()
    return min(TEMPERATURES, key=loss)

check("12.2", best_temperature)

# %% [markdown] tags=["en"]
# ### 12.3 · The price of silence
#
# A wrong answer costs 1, a right one nothing, silence costs `price`. `said` holds, for each pixel, the probability that it is object; take it for true. Write `decide(said, price)`: return an array of the
# same shape with 1 for "object", 0 for "not object" and −1 for "I do not know", each where it costs least on average.

# %% [markdown] tags=["es"]
# ### 12.3 · El precio del silencio
#
# Una respuesta equivocada cuesta 1, una buena nada, y callar cuesta `price`. `said` tiene, para cada píxel, la probabilidad de que sea objeto; dala por buena. Escribe `decide(said, price)`: devuelve un
# arreglo de la misma forma con 1 para «objeto», 0 para «no es objeto» y −1 para «no lo sé», cada uno donde cueste menos en promedio.

# %% tags=["solution"]
def decide(said, price):
    answer = (said > 0.5).astype(int)
    answer[np.minimum(said, 1 - said) > price] = -1
    return answer

check("12.3", decide)

# %% [markdown] tags=["en"]
# ### 12.4 · What breaks whom?
#
# The motorcycle, spoilt in three ways: `"noise"` of 40, `"blur"` of 5, `"dark"` of 0.05. Hand in a dictionary that says for each who loses more of its IoU by it, measured against
# the clean photo: `"deeplab"` or `"sam"`. The astronaut's photo is no guide.

# %% [markdown] tags=["es"]
# ### 12.4 · ¿Qué estropea a quién?
#
# La moto, estropeada de tres maneras: `"noise"` de 40, `"blur"` de 5 y `"dark"` de 0,05. Entrega un diccionario que diga, para cada una, quién pierde con ella más IoU respecto
# de la foto limpia: `"deeplab"` o `"sam"`. La foto de la astronauta no sirve de guía.

# %% tags=["solution"]
garage = load_image("motorcycle")
clean, _ = try_both("motorcycle", garage)
breaks = {}
for how, much in (("noise", 40), ("blur", 5), ("dark", 0.05)):
    ious, _ = try_both("motorcycle", spoil(garage, how, much))
    deeplab_loses, sam_loses = np.subtract(clean, ious)
    breaks[how] = "deeplab" if deeplab_loses > sam_loses else "sam"

check("12.4", breaks)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas.

# %%
quiz(12)

# %%
progress(12)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - C. Guo and others, *On Calibration of Modern Neural Networks* (2017), reliability diagrams, the expected calibration error and temperature:
#   [arXiv:1706.04599](https://arxiv.org/abs/1706.04599).
# - D. Hendrycks and T. Dietterich, *Benchmarking Neural Network Robustness to Common Corruptions and Perturbations* (2019):
#   [arXiv:1903.12261](https://arxiv.org/abs/1903.12261).
# - Y. Geifman and R. El-Yaniv, *Selective Classification for Deep Neural Networks* (2017), silence with a promise: [arXiv:1705.08500](https://arxiv.org/abs/1705.08500).
# - Y. Ovadia and others, *Can You Trust Your Model's Uncertainty?* (2019), what is left of it on photos of another kind:
#   [arXiv:1906.02530](https://arxiv.org/abs/1906.02530).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - C. Guo y otros, *On Calibration of Modern Neural Networks* (2017), los diagramas de fiabilidad, el error de calibración esperado y la temperatura:
#   [arXiv:1706.04599](https://arxiv.org/abs/1706.04599).
# - D. Hendrycks y T. Dietterich, *Benchmarking Neural Network Robustness to Common Corruptions and Perturbations* (2019):
#   [arXiv:1903.12261](https://arxiv.org/abs/1903.12261).
# - Y. Geifman y R. El-Yaniv, *Selective Classification for Deep Neural Networks* (2017), callar con garantías: [arXiv:1705.08500](https://arxiv.org/abs/1705.08500).
# - Y. Ovadia y otros, *Can You Trust Your Model's Uncertainty?* (2019), lo que queda de ella en fotos de otro tipo:
#   [arXiv:1906.02530](https://arxiv.org/abs/1906.02530).
