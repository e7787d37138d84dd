# %% [markdown] tags=["en"]
# # Lesson 10 · Train one yourself
#
# Every network so far came trained: somebody else had the data, the time and the electricity. Here you train one. It has some 66 000 weights, sees
# half a photo, and after 150 steps, less than a minute on a laptop, it finds coins that it has never seen. Then you break it in three ways.
#
# ## What you will learn
#
# - how a *U-Net* is built, and what its skip connections carry;
# - the four parts of a training step;
# - how a network is tested, and what leakage looks like;
# - what `eval()` switches;
# - what *distillation* is.
#
# About {minutes} minutes. You need: lessons 3 (what a convolution is) and 5 (IoU), and PyTorch to train yourself; without it you see a stored run of ours.

# %% [markdown] tags=["es"]
# # Lección 10 · Entrena una
#
# Todas las redes hasta ahora venían entrenadas: otros pusieron los datos, el tiempo y la electricidad. Aquí entrenas tú una. Tiene unos
# 66 000 pesos, ve media foto y, tras 150 pasos, menos de un minuto en un portátil, encuentra monedas que no ha visto nunca. Después la rompes de tres maneras.
#
# ## Qué vas a aprender
#
# - cómo es una *U-Net* y qué llevan sus conexiones de salto;
# - las cuatro partes de un paso;
# - cómo se prueba una red y cómo se nota una filtración;
# - qué cambia `eval()`;
# - qué es la *destilación*.
#
# Unos {minutes} minutos. Necesitas: las lecciones 3 (qué es una convolución) y 5 (IoU), y PyTorch para entrenar tú; sin él ves un entrenamiento nuestro guardado.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import numpy as np

from segwidgets import compare, sample_image, style
from segwidgets.course import check, draw, needs_torch, progress, quiz
from segwidgets.course import reference_mask, show, start
from segwidgets.course.training import TrainingView, random_squares

start(10, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · Half a photo
#
# One photo, its 24 coins, and a line down the middle: the left half to learn from, the right half to test on. (One row is added below: 304 can be halved
# four times.)

# %% [markdown] tags=["es"]
# ## 1 · Media foto
#
# Una foto, sus 24 monedas y una línea por el medio: la mitad izquierda para aprender, la derecha para probar. (Se añade una fila: 304 se divide
# cuatro veces entre dos.)

# %%
photo = np.pad(sample_image("coins"), ((0, 1), (0, 0), (0, 0)), mode="edge")
coins = np.pad(reference_mask("coins", "coins"), ((0, 1), (0, 0)))
LEFT, RIGHT = slice(0, 192), slice(192, 384)
learn = draw(photo[:, LEFT], coins[:, LEFT], color=style.ORANGE)
show(learn, photo[:, RIGHT], width=520,
     titles=L(["To learn from: photo and mask", "To be tested on: the photo alone"],
              ["Para aprender: foto y máscara", "Para la prueba: solo la foto"]))
print(photo.shape, f"{coins[:, LEFT].mean():.2f} {coins[:, RIGHT].mean():.2f}")

# %% [markdown] tags=["en", "alt"]
# Two halves of the coins' photo. In the left one orange lies on every coin; the right one is bare. The line between them cuts three coins.

# %% [markdown] tags=["es", "alt"]
# Dos mitades de la foto de las monedas. En la izquierda hay naranja sobre cada moneda; la derecha está sin tocar. La línea corta tres monedas.

# %% [markdown] tags=["en"]
# **Predict.** Lesson 9's best threshold reached an IoU of 0.83. With a dozen coins to learn from, will a network beat that on the other half?

# %% [markdown] tags=["es"]
# **Predice.** El mejor umbral de la lección 9 llegó a un IoU de 0,83. Con una docena de monedas para aprender, ¿lo superará una red en la otra mitad?

# %% [markdown] tags=["en"]
# ## 2 · A small U-Net
#
# A convolution of 3 × 3 sees three pixels in a row. To know *that* something is a coin, a network must see much more: so it halves the picture four times, and
# looks again at each size. But at a sixteenth of the size nobody knows *where* exactly an edge was. So it enlarges again (`ConvTranspose2d`), and at each size
# puts beside it (`torch.cat`) what it had there on the way down. With these *skip connections* it is a U; its sizes and channels:
#
# ```
# 304 × 192    8   ────────────── skip ───────────►  8   → 1
#    152 × 96     12   ──────────── skip ─────────►  12
#        76 × 48      16   ──────── skip ──────►  16
#            38 × 24      24   ──── skip ───►  24
#                19 × 12        32
# ```

# %% [markdown] tags=["es"]
# ## 2 · Una U-Net pequeña
#
# Una convolución de 3 × 3 ve tres píxeles seguidos. Para saber *que* algo es una moneda hay que ver mucho más: por eso la red divide la imagen entre dos cuatro
# veces y mira otra vez en cada tamaño. Pero a un dieciseisavo nadie sabe *dónde* estaba exactamente un borde. Así que vuelve a ampliar
# (`ConvTranspose2d`) y, en cada tamaño, pone al lado (`torch.cat`) lo que tenía allí a la bajada. Con estas *conexiones de salto* es una U; sus tamaños y canales:
#
# ```
# 304 × 192    8   ────────────── salto ──────────►  8   → 1
#    152 × 96     12   ──────────── salto ────────►  12
#        76 × 48      16   ──────── salto ─────►  16
#            38 × 24      24   ──── salto ──►  24
#                19 × 12        32
# ```

# %%
needs_torch()
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
def block(inputs, outputs):
    layers = []
    for channels in (inputs, outputs):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1),
                   nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)

# %% [markdown] tags=["en"]
# A block is two convolutions. After each, *batch normalisation* brings every channel to mean 0 and deviation 1 (section 5), and ReLU sets what is
# negative to 0. Five blocks down, four up:

# %% [markdown] tags=["es"]
# Un bloque son dos convoluciones. Tras cada una, la *normalización por lotes* lleva cada canal a media 0 y desviación 1 (sección 5), y ReLU
# pone a 0 lo negativo. Cinco bloques bajan y cuatro suben:

# %%
needs_torch()
SIZES = [8, 12, 16, 24, 32]

class UNet(nn.Module):
    def __init__(self, skips=True):
        super().__init__()
        self.skips, pairs = skips, list(zip(SIZES, SIZES[1:]))
        self.down = nn.ModuleList(block(a, b) for a, b in [(1, SIZES[0]), *pairs])
        self.grow = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, 2) for a, b in pairs)
        self.up = nn.ModuleList(block(a * 2 if skips else a, a) for a, _ in pairs)
        self.last = nn.Conv2d(SIZES[0], 1, 1)
        self.double()  # numbers of 64 bits || números de 64 bits

    def forward(self, x):
        kept = [self.down[0](x)]
        for down in self.down[1:]:
            kept.append(down(F.max_pool2d(kept[-1], 2)))
        x = kept.pop()
        for grow, up in zip(self.grow[::-1], self.up[::-1]):
            x, before = grow(x), kept.pop()
            x = up(torch.cat([before, x], dim=1) if self.skips else x)
        return self.last(x)

# %% [markdown] tags=["en"]
# **Predict.** Where do most of the weights lie: at the top of the U, where the picture is large, or at the bottom?

# %% [markdown] tags=["es"]
# **Predice.** ¿Dónde está la mayoría de los pesos: arriba en la U, donde la imagen es grande, o abajo?

# %%
needs_torch()
def weights(part):
    return sum(tensor.numel() for tensor in part.parameters())

net = UNet()
print(weights(net), [weights(one) for one in net.down])

# %% [markdown] tags=["en"]
# **Measure.** 66 429 weights: 696 in the first block, 16 320 in the one at the bottom. By hand: a window of 3 × 3 from each of 24 channels to each of
# 32, one number more for each that goes out; the same from 32 to 32; and four numbers a channel for the two normalisations. The photo's size does not occur.

# %% [markdown] tags=["es"]
# **Mide.** 66 429 pesos: 696 en el primer bloque, 16 320 en el de abajo. A mano: una ventana de 3 × 3 de cada uno de 24 canales a cada uno de 32,
# un número más por canal de salida; lo mismo de 32 a 32; y cuatro números por canal para las dos normalizaciones. El tamaño de la foto no aparece.

# %% [markdown] tags=["en"]
# ## 3 · A hundred and fifty steps
#
# A step takes a *batch*: four squares of 64 × 64, cut from the left half at random and turned and mirrored at random.

# %% [markdown] tags=["es"]
# ## 3 · Ciento cincuenta pasos
#
# Un paso toma un *lote*: cuatro cuadrados de 64 × 64, recortados al azar de la mitad izquierda, girados y reflejados al azar.

# %%
needs_torch()
grey = torch.tensor(photo[:, :, 0] / 127.5 - 1)
both = np.stack([grey, coins])  # (2, 304, 384)

def batch(rng, columns):
    squares = torch.tensor(random_squares(both, rng, columns))  # (4, 2, 64, 64)
    return squares.split(1, dim=1)  # pictures, masks || imágenes, máscaras

# %% [markdown] tags=["en"]
# The step itself: ask the network, say by a number how wrong it is (the *loss*; here the cross-entropy: −log of the probability that it gave to what is true,
# averaged over pixels), find for each weight which way to go (`backward`), and go a little (`step`). Every ten steps it is tested.

# %% [markdown] tags=["es"]
# El paso mismo: preguntar a la red, decir con un número cuánto se equivoca (la *pérdida*; aquí, la entropía cruzada: −log de la probabilidad que dio a lo que es
# verdad, en media), averiguar para cada peso hacia dónde ir (`backward`) e ir un poco (`step`). Cada diez pasos se prueba.

# %%
needs_torch()
def ask(net, picture=grey[:, RIGHT]):
    with torch.no_grad():
        return net(picture[None, None])[0, 0].numpy() > 0

def train(net, view=None, columns=LEFT, seed=0, last=150):
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(net.parameters())
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=last)
    for step in range(1, last + 1):
        pictures, masks = batch(rng, columns)
        loss = F.binary_cross_entropy_with_logits(net.train()(pictures), masks)
        optimizer.zero_grad()  # forget the last step's ways || olvida los del paso anterior
        loss.backward()
        optimizer.step()
        pace.step()
        if view and step % 10 == 0:
            view.add(step, loss.item(), ask(net.eval()))
    return net.eval()

# %% [markdown] tags=["en"]
# How far a step goes, the *learning rate*, rises from almost nothing to 0.01 and falls back. Run the next two cells, and watch the first one's picture.
#
# **Predict.** What will the mask look like after 10 steps? When will you see coins: after 20, 50, 100?

# %% [markdown] tags=["es"]
# Lo lejos que va un paso, la *tasa de aprendizaje*, sube desde casi nada hasta 0,01 y vuelve a bajar. Ejecuta las dos celdas siguientes y mira la imagen de la
# primera.
#
# **Predice.** ¿Qué aspecto tendrá la máscara tras 10 pasos? ¿Cuándo verás monedas: tras 20, 50, 100?

# %%
view = TrainingView(photo[:, RIGHT], coins[:, RIGHT], lang=L("en", "es"))
view

# %% [markdown] tags=["en", "alt"]
# The right half of the photo without any mask, beside it the empty axes of a chart from step 0 to 150.

# %% [markdown] tags=["es", "alt"]
# La mitad derecha de la foto sin máscara y, al lado, los ejes vacíos de una gráfica del paso 0 al 150.

# %%
needs_torch()
torch.manual_seed(0)
net = train(UNet(), view)

# %% [markdown] tags=["en"]
# With the usual 32 bits each processor trains another network, as they add in another order; yours has 64. Versions still differ: so cells say in which
# *range* a number lies, and show one outside of it with `(!)`.

# %% [markdown] tags=["es"]
# Con los 32 bits habituales, cada procesador entrena otra red, al sumar en otro orden; la tuya usa 64. Las versiones también difieren: las celdas dicen en qué
# *intervalo* está un número; `(!)` dice que queda fuera.

# %%
def about(value, usual, give):
    return f"{usual} ± {give}" if abs(value - usual) <= give else f"{value:.3f} (!)"

if not view.steps:  # no PyTorch here: a run of ours || aquí no hay PyTorch: un entrenamiento nuestro
    view.replay("with_skips")
show(view.picture(), width=580)
print("IoU", about(view.at(150).iou, 0.975, 0.02))

# %% [markdown] tags=["en", "alt"]
# The right half of the photo with a blue mask on every coin. Beside it a chart over 150 steps: an orange curve, the loss, falls from 0.6 to almost 0; a blue one,
# the IoU, begins at 0.4, rises steeply at first, dips once or twice and ends near 1.

# %% [markdown] tags=["es", "alt"]
# La mitad derecha de la foto con una máscara azul en cada moneda. Al lado, una gráfica de 150 pasos: una curva naranja, la pérdida, baja de 0,6 a casi 0; otra azul,
# el IoU, empieza en 0,4, sube mucho al principio, cae alguna vez y acaba cerca de 1.

# %%
test_photo, wanted = photo[:, RIGHT], coins[:, RIGHT]
stages = [view.at(step) for step in (10, 20, 50, 150)]
show(*(draw(test_photo, one.mask) for one in stages), width=800,
     titles=[L(f"Step {one.step}: {one.iou:.2f}", f"Paso {one.step}: {one.iou:.2f}") for one in stages])
print(stages[0].iou < 0.6, stages[-1].iou > 0.94)

# %% [markdown] tags=["en", "alt", "cover"]
# The right half of the photo four times. Step 10: blue lies on everything. Step 20: on the coins, and on a bright rim of cloth along the top. Step 50: the same
# with small holes in some coins. Step 150: on whole coins, with hardly a trace of the rim.

# %% [markdown] tags=["es", "alt", "cover"]
# La mitad derecha de la foto, cuatro veces. Paso 10: el azul lo cubre todo. Paso 20: cubre las monedas y una franja clara de tela arriba. Paso 50: lo mismo, con
# agujeros pequeños en algunas monedas. Paso 150: cubre monedas enteras y apenas queda rastro de la franja.

# %% [markdown] tags=["en"]
# **Measure.** About 0.975 on the other half, far above the best threshold.
#
# **Explain.** First it calls everything coin, or nothing. Then it finds that coins are bright, as Otsu did. Only then come shape and pattern: the holes close, and
# the bright cloth goes. The loss is measured on what it learns from, and `backward` can work with it; the IoU is measured on the test half, and is what you want.
#
# How much is luck? `python -m benchmarks.training` ran these cells with ten `seed`s: the IoU lay between 0.972 and 0.986. A smaller difference between two
# methods says nothing.

# %% [markdown] tags=["es"]
# **Mide.** Unos 0,975 en la otra mitad, muy por encima del mejor umbral.
#
# **Explica.** Primero llama moneda a todo, o a nada. Después descubre que las monedas son claras, como Otsu. Solo al final llegan la forma y el dibujo: se cierran
# los agujeros y desaparece la tela clara. La pérdida se mide en aquello de lo que aprende, y `backward` puede trabajar con ella; el IoU se mide en la mitad de
# prueba, y es lo que quieres.
#
# ¿Cuánto hay de suerte? `python -m benchmarks.training` ejecutó estas celdas con diez `seed`: el IoU quedó entre 0,972 y 0,986. Una diferencia menor no dice nada.

# %% [markdown] tags=["en"]
# ## 4 · Without its skip connections
#
# The same U, the same steps; only `torch.cat` is gone. What goes up has only what came through the bottom, 19 × 12 places.
#
# **Predict.** What will be lost: whole coins, or something else?

# %% [markdown] tags=["es"]
# ## 4 · Sin sus conexiones de salto
#
# La misma U, los mismos pasos; solo falta `torch.cat`. Arriba solo llega lo que pasó por el fondo, 19 × 12 sitios.
#
# **Predice.** ¿Qué se perderá: monedas enteras u otra cosa?

# %%
without = TrainingView(test_photo, wanted, lang=L("en", "es"))
without

# %% [markdown] tags=["en", "alt"]
# Again the right half of the photo without any mask, and empty axes.

# %% [markdown] tags=["es", "alt"]
# Otra vez la mitad derecha de la foto sin máscara, y los ejes vacíos.

# %%
needs_torch()
torch.manual_seed(0)
bare = train(UNet(skips=False), without)

# %% [markdown] tags=["en"]
# IoU and boundary IoU (of the rims alone, lesson 5); first with skip connections, then without.

# %% [markdown] tags=["es"]
# IoU e IoU de borde (de las orillas solas, lección 5); primero con conexiones de salto, después sin ellas.

# %%
if not without.steps:
    without.replay("without_skips")
pair = view.at(150), without.at(150)
print(about(pair[0].iou, 0.975, 0.02), "  ", about(pair[0].boundary_iou, 0.89, 0.08))
print(about(pair[1].iou, 0.89, 0.04), "  ", about(pair[1].boundary_iou, 0.75, 0.07))

# %%
def closer(one):
    return one[150:295, 80:192].repeat(3, 0).repeat(3, 1)

rims = [f"{one.boundary_iou:.2f}" for one in pair]
show(*(draw(closer(test_photo), closer(one.mask)) for one in pair), width=560,
     titles=L([f"With skips: rims {rims[0]}", f"Without: rims {rims[1]}"],
              [f"Con saltos: orillas {rims[0]}", f"Sin saltos: orillas {rims[1]}"]))

# %% [markdown] tags=["en", "alt"]
# Four coins of the right half, enlarged, twice. Left, the blue masks follow their round rims. Right, the masks are blunt shapes with straight sides
# and corners, and bright slivers of coin stick out at their edges.

# %% [markdown] tags=["es", "alt"]
# Cuatro monedas de la mitad derecha, ampliadas, dos veces. A la izquierda, las máscaras azules siguen sus orillas redondas. A la derecha, las máscaras son
# formas romas con lados rectos y esquinas, y en los bordes asoman tiras claras de moneda.

# %% [markdown] tags=["en"]
# **Explain.** Every coin is there: *that* it is a coin comes through the bottom. *Where* it ends does not: a number down there stands for 16 × 16 pixels. The skip
# connections bring the edge itself, from before it was made small.

# %% [markdown] tags=["es"]
# **Explica.** Están todas las monedas: *que* algo es una moneda pasa por el fondo. *Dónde* acaba, no: un número de ahí abajo vale por 16 × 16 píxeles. Las
# conexiones de salto traen el borde mismo, de antes de hacerlo pequeño.

# %% [markdown] tags=["en"]
# ## 5 · The switch that people forget
#
# Batch normalisation takes off the mean and divides by the deviation. Whose? In training those of the *batch itself*, of which it keeps a running mean; after
# `eval()` those that it kept. `train()` switches back. Neither changes a weight.
#
# **Predict.** A strip of bare cloth, from above all coins: what will the trained network find after `eval()`, and what in `train()`?

# %% [markdown] tags=["es"]
# ## 5 · El interruptor que se olvida
#
# La normalización por lotes resta la media y divide entre la desviación. ¿De quién? Al entrenar, las del *propio lote*, de las que guarda una media móvil; tras
# `eval()`, las que guardó. `train()` vuelve atrás. Ninguno cambia un peso.
#
# **Predice.** Una tira de tela sola, de encima de todas las monedas: ¿qué encontrará la red tras `eval()`, y qué en `train()`?

# %%
needs_torch()
cloth = grey[:16, RIGHT]
masks = ask(net.eval(), cloth), ask(net.train(), cloth)
show(*(draw(photo[:16, RIGHT], mask) for mask in masks), columns=1, width=580,
     titles=L(["eval(): cloth", "train(): half of it is coin"],
              ["eval(): tela", "train(): la mitad es moneda"]))
print(about(masks[0].mean(), 0.02, 0.04), "  ", about(masks[1].mean(), 0.45, 0.15))

# %% [markdown] tags=["en", "alt"]
# A narrow strip of grey cloth twice. On the upper one there is almost no blue, on the lower one nearly half is covered with it.

# %% [markdown] tags=["es", "alt"]
# Una tira estrecha de tela gris, dos veces. En la de arriba casi no hay azul; en la de abajo cubre casi la mitad.

# %% [markdown] tags=["en"]
# **Explain.** Batches always held coins and cloth. The strip's own mean is that of cloth, so its brighter half looks as bright as a coin: in `train()` a network says
# not what a pixel is, but how it compares to what was asked along with it.
#
# Worse: each question moves the running means. A lens cap left on, thirty times black, and afterwards all is done right, with `eval()`:

# %% [markdown] tags=["es"]
# **Explica.** En los lotes siempre había monedas y tela. La media propia de la tira es la de la tela, así que su mitad más clara parece una moneda: en `train()` una
# red no dice qué es un píxel, sino cómo es comparado con lo que se le preguntó a la vez.
#
# Peor: cada pregunta mueve las medias móviles. La tapa del objetivo puesta, treinta veces negro, y después todo bien, con `eval()`:

# %%
needs_torch()
import copy

spoilt = copy.deepcopy(net)
for _ in range(30):
    ask(spoilt.train(), -torch.ones_like(grey[:64, :64]))
for one, usual in ((net, 0.975), (spoilt, 0.37)):
    print(about(compare(ask(one.eval()), wanted).iou, usual, 0.02))

# %% [markdown] tags=["en"]
# **Measure.** No weight changed; the test half fell from about 0.975 to about 0.37, the share of coin in it: all is coin now. `eval()` before every question,
# `train()` before every step.

# %% [markdown] tags=["es"]
# **Mide.** No cambió ningún peso; la mitad de prueba cayó de unos 0,975 a unos 0,37, la parte de moneda que tiene: ahora todo es moneda. `eval()` antes de cada
# pregunta, `train()` antes de cada paso.

# %% [markdown] tags=["en"]
# ## 6 · A number that is too good
#
# Somebody learns from the right half and tests on the right half. This is *data leakage*: what a network is tested on has seeped into what it learnt from.
#
# **Predict.** What IoU will they report, and what will it be on the left half, which that network has never seen?

# %% [markdown] tags=["es"]
# ## 6 · Un número demasiado bueno
#
# Alguien aprende de la mitad derecha y prueba con ella. Es una *filtración de datos*: aquello con lo que se prueba se ha colado en lo que se aprende.
#
# **Predice.** ¿Qué IoU presentarán, y cuál habrá en la mitad izquierda, que esa red nunca vio?

# %%
needs_torch()
torch.manual_seed(0)
swapped = train(UNet(), columns=RIGHT)
seen, unseen = (compare(ask(swapped, grey[:, half]), coins[:, half]).iou
                for half in (RIGHT, LEFT))
print(about(seen, 0.93, 0.07), "  ", about(unseen, 0.71, 0.08))

# %% [markdown] tags=["en"]
# **Measure.** Reported: about 0.93. On coins that it does not know: about 0.71, worse than a threshold.
#
# **Explain.** The bright cloth of the upper left is nowhere in the right half: nothing told the network that cloth may be bright. Now be
# honest with our own 0.975: one photo, cut in one place, the lucky way round. So real work tests on other photos, of other days.

# %% [markdown] tags=["es"]
# **Mide.** Presentado: unos 0,93. En monedas que no conoce: unos 0,71, peor que un umbral.
#
# **Explica.** La tela clara de arriba a la izquierda no aparece en la mitad derecha: nada le dijo a la red que la tela puede ser clara. Y
# honradez con nuestro 0,975: una foto, cortada por un sitio, en el sentido afortunado. Por eso se prueba con otras fotos, de otros días.

# %% [markdown] tags=["en"]
# ## 7 · A small pupil of a large teacher
#
# SAM's network learnt from a billion masks, on 256 graphics cards. MobileSAM was made by *distillation*: a small network learns from the *answers* of a large
# one, in the same steps, and its loss is the distance to what the teacher says. Nobody draws a mask; any photo will do. The pupil, a TinyViT, learnt the
# teacher's embedding, and SAM's decoder went on working with it; one graphics card was enough, in less than a day (Zhang and others, 2023). A teacher says
# more than a label: its 0.6 at a rim tells that the rim is doubtful. But its errors are learnt, too.

# %% [markdown] tags=["es"]
# ## 7 · Un alumno pequeño de un maestro grande
#
# La red de SAM aprendió de mil millones de máscaras, en 256 tarjetas gráficas. MobileSAM se hizo por *destilación*: una red pequeña aprende de las *respuestas* de
# una grande, con los mismos pasos, y su pérdida es la distancia a lo que dice el maestro. Nadie dibuja una máscara; vale cualquier foto. El alumno, una TinyViT,
# aprendió el embedding del maestro, y el decodificador de SAM siguió funcionando con él; bastó una tarjeta gráfica, en menos de un día (Zhang y otros, 2023).
# Un maestro dice más que una etiqueta: su 0,6 en una orilla cuenta que es dudosa. Pero también se aprenden sus errores.

# %% [markdown] tags=["en"]
# ## Recap
#
# - A U-Net goes down to know what, up to know where; its skip connections carry the edges across.
# - A step: ask, loss, `backward`, `step`. The loss is what it learns by, the IoU on unseen pixels what you want.
# - `eval()` before asking: else an answer depends on what is asked along with it.
# - A number counts only on what was not learnt from; several runs make a range of it.
# - Distillation learns from a teacher's answers.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - Una U-Net baja para saber qué y sube para saber dónde; sus conexiones de salto llevan los bordes de un lado a otro.
# - Un paso: preguntar, pérdida, `backward`, `step`. Con la pérdida aprende; el IoU en píxeles no vistos es lo que quieres.
# - `eval()` antes de preguntar: si no, la respuesta depende de lo que se pregunte a la vez.
# - Un número solo cuenta en lo que no se usó para aprender; varios entrenamientos dan un intervalo.
# - La destilación aprende de las respuestas de un maestro.

# %% [markdown] tags=["en"]
# ## Exercises
#
# None of them needs PyTorch.
#
# ### 10.1 · Another loss
#
# If the object is a thousandth of the photo, "nothing anywhere" has a small cross-entropy. The *Dice loss* is not lulled by that: 1 minus a fraction, above it twice what both
# share, below it the sum of both. Write `dice_loss(probability, truth)`: `probability` (H, W) from 0 to 1, `truth` (H, W) bool. What they share is the sum of their
# product; nothing is rounded to yes or no.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# Ninguno pide PyTorch.
#
# ### 10.1 · Otra pérdida
#
# Si el objeto es una milésima de la foto, «nada en ninguna parte» tiene una entropía cruzada pequeña. La *pérdida de Dice* no se deja adormecer: 1 menos una fracción, arriba el doble
# de lo que comparten, abajo la suma de ambas. Escribe `dice_loss(probability, truth)`: `probability` (H, W) de 0 a 1, `truth` (H, W) bool. Lo que comparten es la
# suma de su producto; nada se redondea a sí o no.

# %% tags=["solution"]
def dice_loss(probability, truth):
    shared = (probability * truth).sum()
    return 1 - 2 * shared / (probability.sum() + truth.sum())

check("10.1", dice_loss)

# %% [markdown] tags=["en"]
# ### 10.2 · How many weights, and how far?
#
# `layers` lists convolutions `(kernel, stride, inputs, outputs)` from the photo on; halving, which has no weights, is `(2, 2, 0, 0)`. Write
# `weights_and_field(layers)`, which returns two numbers: the weights, counted as in section 2, without normalisations; and how many pixels in a row can
# change one number at the end, the *field of view*. A single pixel sees 1. A layer adds (kernel − 1) times the pixels that a step stands for *before* it; then
# each step stands for `stride` times as many.

# %% [markdown] tags=["es"]
# ### 10.2 · ¿Cuántos pesos, y hasta dónde?
#
# `layers` enumera convoluciones `(kernel, stride, inputs, outputs)` desde la foto; dividir entre dos, que no tiene pesos, es `(2, 2, 0, 0)`. Escribe
# `weights_and_field(layers)`, que devuelve dos números: los pesos, contados como en la sección 2, sin normalizaciones; y cuántos píxeles seguidos pueden
# cambiar un número al final, el *campo de visión*. Un píxel solo ve 1. Una capa añade (kernel − 1) por los píxeles que vale un paso *antes* de ella;
# después, cada paso vale `stride` veces más.

# %% tags=["solution"]
def weights_and_field(layers):
    weights, field, step = 0, 1, 1
    for kernel, stride, inputs, outputs in layers:
        weights += kernel ** 2 * inputs * outputs + outputs
        field += (kernel - 1) * step
        step *= stride
    return weights, field

check("10.2", weights_and_field)

# %% [markdown] tags=["en"]
# ### 10.3 · The switch, by hand
#
# Write `normalise(x, mean, variance, training)`: batch normalisation of `x` (N, C, H, W), with `mean` and `variance` (C,) that were kept. In training each channel takes its own mean and
# variance over the whole batch, otherwise those kept: take off the mean and divide by the root of (variance + 0.00001).

# %% [markdown] tags=["es"]
# ### 10.3 · El interruptor, a mano
#
# Escribe `normalise(x, mean, variance, training)`: la normalización por lotes de `x` (N, C, H, W), con `mean` y `variance` (C,) guardadas. Al entrenar, cada canal usa su media y su varianza
# en todo el lote; si no, las guardadas: resta la media y divide entre la raíz de (varianza + 0,00001).

# %% tags=["solution"]
def normalise(x, mean, variance, training):
    if training:
        mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    return (x - mean[:, None, None]) / np.sqrt(variance[:, None, None] + 1e-5)

check("10.3", normalise)

# %% [markdown] tags=["en"]
# ### 10.4 · What seeps through?
#
# In which of these plans was something of the test used before? Hand in the set of their letters, as `{"A", "F"}`.
#
# - **A** 40 photos are cut into squares; a fifth of the squares, at random, is for the test.
# - **B** A fifth of 40 photos, at random, is for the test; then all are cut into squares.
# - **C** Every tenth frame of a video is for the test.
# - **D** 30 patients, three pictures of each, all three on the same side.
# - **E** 500 steps; every 10 the test photos are asked; the best weights are kept, with their number.
# - **F** The mean brightness of the photos to learn from is taken off all, the test's too.

# %% [markdown] tags=["es"]
# ### 10.4 · ¿Qué se filtra?
#
# ¿En cuáles de estos planes se usó antes algo de la prueba? Entrega el conjunto de sus letras, como `{"A", "F"}`.
#
# - **A** 40 fotos se cortan en cuadrados; un quinto de los cuadrados, al azar, es para la prueba.
# - **B** Un quinto de 40 fotos, al azar, es para la prueba; después se cortan todas en cuadrados.
# - **C** Un fotograma de cada diez de un vídeo es para la prueba.
# - **D** 30 pacientes, tres imágenes de cada uno, las tres en el mismo lado.
# - **E** 500 pasos; cada 10 se pregunta por las fotos de prueba; se guardan los mejores pesos, con su número.
# - **F** El brillo medio de las fotos para aprender se resta a todas, también a las de prueba.

# %% tags=["solution"]
leaks = {"A", "C", "E"}

check("10.4", leaks)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Four questions.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cuatro preguntas.

# %%
quiz(10)

# %%
progress(10)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - O. Ronneberger and others, *U-Net: Convolutional Networks for Biomedical Image Segmentation* (2015): [arXiv:1505.04597](https://arxiv.org/abs/1505.04597).
# - F. Milletari and others, *V-Net* (2016), where the Dice loss comes from: [arXiv:1606.04797](https://arxiv.org/abs/1606.04797).
# - S. Ioffe and C. Szegedy, *Batch Normalization* (2015): [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - G. Hinton and others, *Distilling the Knowledge in a Neural Network* (2015): [arXiv:1503.02531](https://arxiv.org/abs/1503.02531).
# - C. Zhang and others, *Faster Segment Anything* (2023), MobileSAM: [arXiv:2306.14289](https://arxiv.org/abs/2306.14289).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - O. Ronneberger y otros, *U-Net: Convolutional Networks for Biomedical Image Segmentation* (2015): [arXiv:1505.04597](https://arxiv.org/abs/1505.04597).
# - F. Milletari y otros, *V-Net* (2016), de donde viene la pérdida de Dice: [arXiv:1606.04797](https://arxiv.org/abs/1606.04797).
# - S. Ioffe y C. Szegedy, *Batch Normalization* (2015): [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - G. Hinton y otros, *Distilling the Knowledge in a Neural Network* (2015): [arXiv:1503.02531](https://arxiv.org/abs/1503.02531).
# - C. Zhang y otros, *Faster Segment Anything* (2023), MobileSAM: [arXiv:2306.14289](https://arxiv.org/abs/2306.14289).

