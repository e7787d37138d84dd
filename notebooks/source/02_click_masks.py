# %% [markdown] tags=["en"]
# # Lesson 2 · Clicks, boxes and three answers
#
# Point at a cup of coffee. Do you mean the coffee, the cup, or the cup with its saucer? You know; the network cannot. This
# lesson is about asking well: points, negative points, boxes, and what SAM says about itself.
#
# ## What you will learn
#
# - why the first answer takes longest and all others are quick;
# - why one click gets three answers, and how to choose among them;
# - to mend a mask with negative points, boxes, and the mask before;
# - what the predicted IoU and the stability score tell you, and what they cannot know;
# - to look closer where a thing is small and the photo large.
#
# About {minutes} minutes. You need: lessons 0 and 1.

# %% [markdown] tags=["es"]
# # Lección 2 · Clics, cajas y tres respuestas
#
# Señala una taza de café. ¿Te refieres al café, a la taza o a la taza con su plato? Tú lo sabes; la red no puede saberlo. Esta
# lección trata de preguntar bien: puntos, puntos negativos, cajas, y lo que SAM dice de sí mismo.
#
# ## Qué vas a aprender
#
# - por qué la primera respuesta es la que más tarda y las demás son rápidas;
# - por qué un clic recibe tres respuestas y cómo elegir entre ellas;
# - a arreglar una máscara con puntos negativos, cajas y la máscara anterior;
# - qué te dicen el IoU predicho y la estabilidad, y qué no pueden saber;
# - a mirar más de cerca cuando la cosa es pequeña y la foto grande.
#
# Unos {minutes} minutos. Necesitas: las lecciones 0 y 1.

# %% tags=["nbval-ignore-output"] reason="the versions are those of the machine"
import numpy as np

from segwidgets import ClickSegmenter, Prompt, Segmenter, ThresholdExplorer
from segwidgets import compare, load_image, segment_semantic
from segwidgets.course import check, draw, progress, quiz, reference_mask, show, start

start(2, lang=L("en", "es"))

# %% [markdown] tags=["en"]
# ## 1 · One embedding, many questions
#
# SAM comes in two halves. The large one, the *image encoder*, reads the photo once and turns it into an *embedding*: 64 × 64
# cells with 256 numbers each. The small one, the *mask decoder*, takes the embedding and your prompt and draws masks.
#
# **Predict.** Which half has to run again when you click a second time?

# %% [markdown] tags=["es"]
# ## 1 · Una representación, muchas preguntas
#
# SAM tiene dos mitades. La grande, el *codificador de imágenes*, lee la foto una vez y la convierte en una representación
# (*embedding*): 64 × 64 casillas con 256 números cada una. La pequeña, el *decodificador de máscaras*, toma la
# representación y tu indicación y dibuja máscaras.
#
# **Predice.** ¿Qué mitad tiene que volver a ejecutarse cuando haces un segundo clic?

# %%
coffee = Segmenter("coffee")
print(coffee.image.shape, "->", coffee.image_embedding.shape)

# %% [markdown] tags=["en"]
# **Explain.** Only the small one. `Segmenter(...)` runs the encoder, and that is the moment you wait for; each
# `predict` runs the decoder alone, many times faster. That is what makes clicking possible: whoever encodes anew at every
# click has to wait at every click.

# %% [markdown] tags=["es"]
# **Explica.** Solo la pequeña. `Segmenter(...)` ejecuta el codificador, y ese es el momento en que esperas; cada
# `predict` ejecuta solo el decodificador, muchas veces más rápido. Por eso se puede trabajar a clics: quien vuelve a codificar
# en cada clic tiene que esperar en cada clic.

# %% [markdown] tags=["en"]
# ## 2 · One point, three answers
#
# **Predict.** One click, on the coffee in the cup, at (250, 150). Write down the three masks that could be meant.

# %% [markdown] tags=["es"]
# ## 2 · Un punto, tres respuestas
#
# **Predice.** Un clic sobre el café de la taza, en (250, 150). Apunta las tres máscaras que se podrían querer.

# %%
click = Prompt([(250, 150)])
candidates = coffee.predict(click)
titles = [f"{i}: {mask.mean():.1%}" for i, mask in enumerate(candidates.masks)]
pictures = [draw(coffee.image, mask, click) for mask in candidates.masks]
show(*pictures, titles=titles, width=720)
print(L("predicted IoU", "IoU predicho"), candidates.predicted_iou.round(3))

# %% [markdown] tags=["en", "alt"]
# The same red cup three times, with one point on the coffee. Mask 0 covers the coffee only, mask 1 the cup without
# its handle, mask 2 the cup with saucer and spoon.

# %% [markdown] tags=["es", "alt"]
# La misma taza roja tres veces, con un punto sobre el café. La máscara 0 cubre solo el café, la 1 la taza sin el
# asa y la 2 la taza con el plato y la cuchara.

# %% [markdown] tags=["en"]
# **Explain.** All three make sense. A click is *ambiguous*. A network that was trained to give a single answer to it would
# average coffee, cup and saucer into something that is none of them. So for one click SAM gives three, and in training only the best
# of the three was corrected. (It has a fourth output, a single mask, for all that says more than one click: section 3.) Thus each of the outputs found its own niche: a part, an object, its surroundings. The middle one is the
# least sure here: it is ragged below, lacks the handle, and has the lowest predicted IoU.
#
# **Measure.** If they are part, object and surroundings, each should lie within the next. How much of mask 0 lies in
# mask 1, and of mask 1 in mask 2?

# %% [markdown] tags=["es"]
# **Explica.** Las tres tienen sentido. Un clic es *ambiguo*. Una red entrenada para darle una sola respuesta promediaría
# café, taza y plato en algo que no es ninguno de los tres. Por eso SAM da tres para un clic, y al entrenarla solo se corregía la
# mejor de las tres. (Tiene una cuarta salida, una sola máscara, para lo que dice más que un clic: sección 3.) Así cada salida encontró su papel: una parte, un objeto, su entorno. La del medio es aquí la menos segura: por
# abajo sale irregular, le falta el asa y tiene el IoU predicho más bajo.
#
# **Mide.** Si son parte, objeto y entorno, cada una debería estar dentro de la siguiente. ¿Cuánto de la máscara 0 queda
# dentro de la 1, y de la 1 dentro de la 2?

# %%
part, whole, context = candidates.masks
for small, large in [(part, whole), (whole, context)]:
    print(f"{small[large].sum() / small.sum():.1%}")
print(candidates.explain_best(L("en", "es")))

# %% [markdown] tags=["en"]
# They are nested like Russian dolls. Which one is shown first is a guess. `candidates.best` goes by the predicted IoU, less 0.12
# for the smallest of the three, which is more often a part than what was meant, and less 6 times the share of the photo's border that
# a mask covers: surroundings run along the border, objects seldom do. Here none of that changes the order. When it guesses wrong you
# need no other click: `candidates.masks[1]` is right there, and in the widget the three small pictures are buttons.

# %% [markdown] tags=["es"]
# Encajan una en otra como muñecas rusas. Cuál se enseña primero es una apuesta. `candidates.best` se guía por el IoU predicho, menos
# 0,12 para la más pequeña de las tres, que suele ser solo una parte de lo que se quería, y menos 6 veces la proporción del borde de
# la foto que cubre cada máscara: por el borde corre el entorno, rara vez un objeto. Aquí nada de eso cambia el orden. Si falla, no hace
# falta otro clic: `candidates.masks[1]` está ahí mismo, y en el widget las tres imágenes pequeñas son botones.

# %%
clicks = ClickSegmenter(coffee, lang=L("en", "es"))
clicks.add_point(250, 150)
clicks.choose(1)
clicks

# %% [markdown] tags=["en", "alt"]
# The cup with one point on the coffee; the mask covers the cup, ragged below and without the handle,
# but not the saucer.

# %% [markdown] tags=["es", "alt"]
# La taza con un punto sobre el café; la máscara cubre la taza, irregular por abajo y sin el asa,
# pero no el plato.

# %% [markdown] tags=["en"]
# Every rule has its exceptions. Chelsea fills her photo, and over a quarter of its border is cat.
#
# **Predict.** One click on her nose: will the rule show the whole cat first?

# %% [markdown] tags=["es"]
# Toda regla tiene sus excepciones. Chelsea llena su foto, y más de una cuarta parte del borde es gata.
#
# **Predice.** Un clic en su nariz: ¿enseñará la regla primero la gata entera?

# %%
cat, first = Segmenter("cat"), Prompt([(250, 170)])
alone = cat.predict(first)
before = alone.with_semantic(segment_semantic("cat"))
for answer in (alone, before):
    print(answer.explain_best(L("en", "es")))

# %% [markdown] tags=["en"]
# **Explain.** By SAM's own answers, no: to the rule so much border looks like surroundings, and it shows a part of her face. But
# DeepLab (lesson 3) sees a cat under the click that reaches the border, too. `with_semantic` gives it a say: border that belongs to
# the class under the click no longer counts against a mask, and agreement with that class counts for it. The widget lets
# DeepLab look in the background, after your first click. Where it knows no name for a thing, it has no say.

# %% [markdown] tags=["es"]
# **Explica.** Según las respuestas de SAM, no: para la regla, tanto borde parece entorno, y enseña una parte de la cara. Pero DeepLab
# (lección 3) ve bajo el clic una gata que también llega al borde. `with_semantic` le da voz: el borde que pertenece a la clase bajo
# el clic ya no cuenta en contra de una máscara, y coincidir con esa clase cuenta a su favor. El widget deja que DeepLab mire en
# segundo plano, después de tu primer clic. Si no tiene nombre para una cosa, no opina.

# %% [markdown] tags=["en"]
# ## 3 · Saying no: negative points
#
# In lesson 0 a tongue of cushion came along with Chelsea. A *negative* point (label 0, a cross) says: this does not belong.
#
# **Predict.** One cross on the tongue, at (340, 265). Will the rest of the mask stay as it was?

# %% [markdown] tags=["es"]
# ## 3 · Decir que no: los puntos negativos
#
# En la lección 0 se coló con Chelsea una lengüeta de cojín. Un punto *negativo* (etiqueta 0, una cruz) dice: esto no es parte.
#
# **Predice.** Una cruz en la lengüeta, en (340, 265). ¿El resto de la máscara se quedará como estaba?

# %%
second = Prompt([(250, 170), (340, 265)], [1, 0])
after = cat.predict(second, previous=before)
pictures = [draw(cat.image, c.best_mask, c.prompt) for c in (before, after)]
titles = [L("One point", "Un punto"), L("And one cross", "Y una cruz")]
show(*pictures, titles=titles, width=480)
for mask in (before.best_mask, after.best_mask):
    print(f"{mask.mean():.1%}", mask[250:290, 325:360].sum(), L("px of cushion", "px de cojín"))

# %% [markdown] tags=["en", "alt"]
# The cat twice. Left: a mask with a tongue below the chin. Right: a cross on the cushion, and the tongue is gone.

# %% [markdown] tags=["es", "alt"]
# La gata dos veces. A la izquierda, una máscara con una lengüeta bajo la barbilla. A la derecha, una cruz en el cojín, y la
# lengüeta ha desaparecido.

# %% [markdown] tags=["en"]
# **Explain.** A point is no eraser. The decoder reads all points together and draws the whole mask anew, so the edge may
# move elsewhere, too: the mask lost more pixels than the tongue had, and frayed on the left. Look at the whole mask after every
# click, not only where you clicked.
#
# And there is one answer now, not three: with a second point a prompt is no longer ambiguous, so SAM's *fourth* output speaks, which
# was trained for that. `cat.other_readings(after)` shows what the three others say; in the widget it is the key R.

# %% [markdown] tags=["es"]
# **Explica.** Un punto no es una goma de borrar. El decodificador lee todos los puntos a la vez y dibuja la máscara entera de
# nuevo, así que el borde también puede moverse en otros sitios: la máscara perdió más píxeles de los que tenía la lengüeta, y se
# deshilachó por la izquierda. Mira la máscara entera después de cada clic, no solo donde hiciste clic.
#
# Y ahora hay una respuesta, no tres: con un segundo punto la indicación ya no es ambigua, así que habla la *cuarta* salida de SAM,
# entrenada para eso. `cat.other_readings(after)` enseña qué dicen las otras tres; en el widget es la tecla R.

# %% [markdown] tags=["en"]
# ## 4 · A box says more
#
# A box gives size and place at once: two corners, (x0, y0) at the top left and (x1, y1) at the bottom right. That leaves
# little doubt about what is meant, and points can still be added.
#
# **Predict.** This box is drawn with a generous hand: saucer and spoon reach into it. Will they be in the mask?

# %% [markdown] tags=["es"]
# ## 4 · Una caja dice más
#
# Una caja da el tamaño y el lugar de una vez: dos esquinas, (x0, y0) arriba a la izquierda y (x1, y1) abajo a la derecha. Deja
# pocas dudas sobre lo que se quiere, y además se le pueden añadir puntos.
#
# **Predice.** Esta caja está dibujada con holgura: el plato y la cuchara entran en ella. ¿Estarán en la máscara?

# %%
box = (150, 10, 430, 330)
boxed = coffee.predict(Prompt(box=box))
mended = coffee.predict(Prompt([(365, 285)], [0], box))
pictures = [draw(coffee.image, c.best_mask, c.prompt) for c in (boxed, mended)]
titles = [L("The box", "La caja"), L("And a cross on the spoon", "Y una cruz en la cuchara")]
show(*pictures, titles=titles, width=480)
print(f"{boxed.best_mask.mean():.1%} -> {mended.best_mask.mean():.1%}")

# %% [markdown] tags=["en", "alt"]
# The cup in a yellow box, twice. Left, the mask takes in the spoon as well. Right, with a cross on the bowl of the spoon, that
# bowl is gone, and with it most of the cup's handle.

# %% [markdown] tags=["es", "alt"]
# La taza en una caja amarilla, dos veces. A la izquierda, la máscara incluye también la cuchara. A la derecha, con una cruz en la
# pala de la cuchara, esa pala ha desaparecido, y con ella la mayor parte del asa de la taza.

# %% [markdown] tags=["en"]
# **Explain.** The box alone leaves the saucer out but takes in the spoon. The cross takes the spoon's bowl away, and most of the
# cup's handle as well: again the whole mask was drawn anew. To the decoder a box is nothing but two more points, with labels of their own: "top left
# corner" and "bottom right corner". So boxes and points mix as you like.

# %% [markdown] tags=["es"]
# **Explica.** La caja sola deja fuera el plato, pero incluye la cuchara. La cruz quita la pala de la cuchara y también la mayor parte
# del asa de la taza: otra vez se dibujó la máscara entera de nuevo. Para el decodificador, una caja no es más que dos puntos más con etiquetas propias: «esquina superior izquierda»
# y «esquina inferior derecha». Por eso cajas y puntos se mezclan a voluntad.

# %% [markdown] tags=["en"]
# ## 5 · The mask before
#
# The decoder has a third ear: besides points and boxes it listens to a mask, namely to the *logits* of its own last answer,
# the numbers from which that mask was cut (section 7).
# `previous=` feeds them back. The widget does so whenever you add a point.
#
# **Predict.** With the last answer in mind, will SAM's three candidates (ask for them by `multimask=True`) lie farther apart, or
# closer together?

# %% [markdown] tags=["es"]
# ## 5 · La máscara anterior
#
# El decodificador tiene un tercer oído: además de puntos y cajas escucha una máscara, los *logits* de su propia respuesta
# anterior, los números de los que se recortó esa máscara (sección 7). `previous=` se los devuelve. El widget lo hace cada vez que añades un punto.
#
# **Predice.** Con la respuesta anterior en mente, ¿las tres candidatas de SAM (se piden con `multimask=True`) se separarán más o se
# acercarán?

# %%
prompt = Prompt([(365, 285), (200, 200)], [0, 1], box)
fresh = coffee.predict(prompt, multimask=True)
refined = coffee.predict(prompt, previous=mended, multimask=True)
for name, answer in [(L("afresh", "de cero"), fresh), (L("refined", "refinada"), refined)]:
    print(f"{name:10}", [f"{share:.1%}" for share in answer.area_share])

# %% [markdown] tags=["en"]
# **Measure.** Asked afresh, the largest is nearly a quarter larger than the smallest; refined, it is a seventh. **Explain.** The old
# mask takes away the ambiguity: the decoder knows which thing is being talked about, and all three outputs settle on it.
# It is a correction, not a new question. For a *new* object leave `previous` out, or the old one will shine through.
#
# On 50 photos, with each next click in the middle of the largest error, a third click reached a mean IoU of 0.92 with the mask before
# and 0.84 without it (single output; the best rated of the three outputs, fed back, reached 0.83).

# %% [markdown] tags=["es"]
# **Mide.** De cero, la mayor supera a la menor en casi una cuarta parte; refinada, en una séptima. **Explica.** La máscara anterior
# quita la ambigüedad: el decodificador sabe de qué cosa se habla, y las tres salidas se centran en ella. Es una
# corrección, no una pregunta nueva. Para un objeto *nuevo*, no pongas `previous`, o se transparentará el anterior.
#
# En 50 fotos, con cada clic siguiente en medio del mayor error, el tercer clic alcanzó un IoU medio de 0,92 con la máscara anterior y
# de 0,84 sin ella (salida única; la mejor valorada de las tres salidas, con la máscara anterior, alcanzó 0,83).

# %% [markdown] tags=["en"]
# ## 6 · The predicted IoU, and what it cannot know
#
# IoU, *intersection over union*, measures how far two masks agree: the pixels that both have, divided by the pixels that
# either has. 1 is perfect, 0 is nothing in common. SAM *predicts* the IoU of its mask with the true one, without knowing any
# truth. Let us hold the three answers of section 2 against the cup.
#
# **Predict.** Which of the three will have the highest predicted IoU? Which the highest measured one?

# %% [markdown] tags=["es"]
# ## 6 · El IoU predicho, y lo que no puede saber
#
# El IoU, *intersección entre unión*, mide hasta qué punto coinciden dos máscaras: los píxeles que tienen ambas, divididos
# entre los que tiene alguna. 1 es perfecto, 0 es nada en común. SAM *predice* el IoU de su máscara con la verdadera, sin conocer
# ninguna verdad. Comparemos las tres respuestas de la sección 2 con la taza.
#
# **Predice.** ¿Cuál de las tres tendrá el IoU predicho más alto? ¿Y cuál el medido?

# %%
cup = mended.best_mask
print(L("predicted  measured", "predicho   medido"))
for mask, predicted in zip(candidates.masks, candidates.predicted_iou):
    print(f"{predicted:8.2f} {compare(mask, cup).iou:9.2f}")
two = coffee.predict(Prompt([(250, 150), (200, 200)]), multimask=True)
print(L("two clicks:", "dos clics:"), two.predicted_iou.round(3))

# %% [markdown] tags=["en"]
# **Explain.** Coffee and saucer get the higher marks, and rightly: their edges are clear. The predicted IoU says how well a
# mask fits *something*; what *you* meant it cannot know. And it is an estimate by a small network, no share of anything: of
# the three masks that we asked for with two clicks one is rated above 1, which no IoU can be. Use it to compare candidates of one prompt, never as proof of quality.
# (Our "cup" is itself a mask by SAM; lesson 5 measures against masks that were checked by hand.)

# %% [markdown] tags=["es"]
# **Explica.** El café y el plato reciben las notas más altas, y con razón: sus bordes son claros. El IoU predicho dice lo bien
# que una máscara encaja con *algo*; lo que *tú* querías no puede saberlo. Y es la estimación de una red pequeña, no una fracción
# de nada: de las tres máscaras que pedimos con dos clics, una pasa de 1, cosa imposible en un IoU. Úsalo para comparar las candidatas de una indicación, nunca como
# prueba de calidad. (Nuestra «taza» también es una máscara de SAM; la lección 5 mide con máscaras revisadas a mano.)

# %% [markdown] tags=["en"]
# ## 7 · The threshold and stability
#
# The decoder does not answer yes or no. Each pixel gets a *logit*: high means surely mask, low surely not, and everything
# above 0 is taken. Slide the threshold and watch the mask breathe.
#
# **Predict.** A sharp edge and a vague one: whose mask changes more when the threshold moves from 0 to 5?

# %% [markdown] tags=["es"]
# ## 7 · El umbral y la estabilidad
#
# El decodificador no responde sí o no. Cada píxel recibe un *logit*: alto significa que seguro es máscara, bajo que seguro
# no, y se toma todo lo que pasa de 0. Mueve el umbral y mira cómo respira la máscara.
#
# **Predice.** Un borde nítido y uno vago: ¿qué máscara cambia más cuando el umbral pasa de 0 a 5?

# %%
explorer = ThresholdExplorer(cat, before, lang=L("en", "es"))
explorer.set_threshold(5)
explorer

# %% [markdown] tags=["en", "alt"]
# The cat with the mask at threshold 5: it has drawn back from her left cheek, mouth and eyes. Below, a chart of area and stability over
# the threshold.

# %% [markdown] tags=["es", "alt"]
# La gata con la máscara al umbral 5: se ha retirado de la mejilla izquierda, la boca y los ojos. Debajo, una gráfica del área y la
# estabilidad según el umbral.

# %% [markdown] tags=["en"]
# **Measure.** SAM's *stability score* asks just that: take the mask a little stricter (logits above 1) and a little looser
# (above −1). How far do the two agree?

# %% [markdown] tags=["es"]
# **Mide.** La *estabilidad* de SAM pregunta justo eso: toma la máscara un poco más estricta (logits mayores que 1) y un poco
# más laxa (mayores que −1). ¿Hasta qué punto coinciden?

# %%
rows = round(256 * 300 / 451)
logits = before.low_res_logits[:, :rows]
for one, score in zip(logits, before.stability_score):
    print(f"{(one > -1).mean():.1%} -> {(one > 1).mean():.1%}", f"IoU {score:.2f}")

# %% [markdown] tags=["en"]
# **Explain.** The stricter mask always lies inside the looser one, so their IoU is simply one area divided by the other. For
# the whole cat (the middle line) both are nearly the same: a firm answer. For the part (the first line) half of the mask
# hangs on one logit more or less: the network itself is not sure where "part of a cat" should end. (Only the upper 170
# rows count: below them lies the padding of lesson 1.)

# %% [markdown] tags=["es"]
# **Explica.** La máscara más estricta siempre queda dentro de la más laxa, así que su IoU no es más que un área dividida entre
# la otra. Para la gata entera (la línea del medio) son casi iguales: una respuesta firme. Para la parte (la primera línea) media
# máscara pende de un logit más o menos: ni la propia red tiene claro dónde debería acabar «una parte de gata». (Solo cuentan
# las 170 filas de arriba: debajo está el relleno de la lección 1.)

# %% [markdown] tags=["en"]
# ## 8 · When it fails
#
# **Predict.** A motorcycle: spokes, gaps, pipes, two colours of metal. What will one click on the engine give? A click a little higher? And a box?

# %% [markdown] tags=["es"]
# ## 8 · Cuando falla
#
# **Predice.** Una motocicleta: radios, huecos, tubos, metal de dos colores. ¿Qué dará un clic en el motor? ¿Y otro un poco más arriba? ¿Y una caja?

# %%
motorcycle = Segmenter("motorcycle")
prompts = [Prompt([(350, 330)]), Prompt([(350, 250)]), Prompt(box=(122, 79, 682, 450))]
answers = [motorcycle.predict(prompt) for prompt in prompts]
pictures = [draw(motorcycle.image, a.best_mask, a.prompt) for a in answers]
show(*pictures, titles=[f"{a.best_mask.mean():.1%}" for a in answers], width=520)
for a in answers:
    predicted = a.predicted_iou[a.best]
    print(f"{a.best_mask.mean():6.1%}", L("predicted IoU", "IoU predicho"), f"{predicted:.2f}")

# %% [markdown] tags=["en", "alt"]
# A motorcycle three times. One click takes a single piece of the engine, a second click, a little higher, the body, the
# rear wheel and the headlight, and the box the whole machine.

# %% [markdown] tags=["es", "alt"]
# Una motocicleta tres veces. Un clic toma una sola pieza del motor, otro clic, un poco más arriba, el cuerpo, la rueda
# trasera y el faro, y la caja, la máquina entera.

# %% [markdown] tags=["en"]
# **Explain.** Where a thing is made of many pieces, a click finds a piece, and is very sure of it. Three answers are too few
# for a ladder of twenty. A box saves the day. Look out for the same with see-through things, fine hair, and camouflage: there
# the edge is not in the pixels, and no prompt can bring it out.

# %% [markdown] tags=["es"]
# **Explica.** Cuando una cosa está hecha de muchas piezas, un clic encuentra una pieza, y con mucha seguridad. Tres respuestas
# son pocas para una escalera de veinte peldaños. Una caja lo resuelve. Ten cuidado también con lo transparente, el pelo fino
# y el camuflaje: ahí el borde no está en los píxeles, y ninguna indicación puede sacarlo.

# %% [markdown] tags=["en"]
# ## 9 · A small thing in a large photo
#
# Another way to fail has nothing to do with the thing itself. Sixteen copies of the photo of 24 coins make a wall of 384 coins, 1536 pixels
# wide. SAM shrinks it to 1024 (lesson 1) and draws its masks with 256 logits from side to side.
#
# **Predict.** A coin here is 59 pixels wide. How many logits is that? And how many if SAM saw only the 128 × 128 pixels round the coin?

# %% [markdown] tags=["es"]
# ## 9 · Algo pequeño en una foto grande
#
# Hay otra manera de fallar que no tiene que ver con la cosa misma. Dieciséis veces la foto de las 24 monedas forman un muro de 384,
# de 1536 píxeles de ancho. SAM lo reduce a 1024 (lección 1) y dibuja sus máscaras con 256 logits de lado a lado.
#
# **Predice.** Una moneda mide aquí 59 píxeles de ancho. ¿Cuántos logits son? ¿Y si SAM viera solo los 128 × 128 píxeles que la rodean?

# %%
wall = Segmenter(np.tile(load_image("coins"), (4, 4, 1)))
closer = wall.closer((684, 616, 754, 684))
left, top, right, bottom = closer.view
print(wall.size, "->", (bottom - top, right - left))
print(f"{59 * 256 / 1536:.1f} -> {59 * 256 / (right - left):.1f}", "logits")

# %% [markdown] tags=["en"]
# `closer(box)` encodes that part of the photo alone, with a margin, and gives a segmenter like any other: clicks and masks stay in
# the *whole* photo's pixels. The same click, then, asked twice.

# %% [markdown] tags=["es"]
# `closer(box)` codifica solo esa parte de la foto, con un margen, y da un segmentador como cualquier otro: los clics y las máscaras
# siguen en píxeles de la foto *entera*. Así que el mismo clic, preguntado dos veces.

# %%
on_coin = Prompt([(719, 649)])
truth = np.zeros(wall.size, dtype=bool)
truth[606:909, 384:768] = reference_mask("coins", "coin_top_right")
answers = [wall.predict(on_coin), closer.predict(on_coin)]
titles = [f"IoU {compare(a.best_mask, truth).iou:.2f}" for a in answers]
seen = slice(top, bottom), slice(left, right)
pictures = [draw(wall.image[seen], a.best_mask[seen]) for a in answers]
show(*pictures, titles=titles, width=560)
print(titles, answers[1].masks.shape, answers[1].cut_off)

# %% [markdown] tags=["en", "alt"]
# The same coin twice. Left, from the whole wall: the mask runs over the coin's edge, and a scrap of it lies on the next coin. Right,
# from the closer look: a mask that follows the edge.

# %% [markdown] tags=["es", "alt"]
# La misma moneda dos veces. A la izquierda, desde el muro entero: la máscara se sale del borde de la moneda y deja un retazo en la
# moneda vecina. A la derecha, mirando de cerca: una máscara que sigue el borde.

# %% [markdown] tags=["en"]
# **Explain.** Ten logits across a coin cannot draw a circle; 118 can. A closer look costs one more run of the encoder, and the last few
# views are kept. It has its price: of what lies outside its view it knows nothing. Mask 2 reaches the view's rim and may go on
# beyond it, which is what the last `True` says. And where a photo has no more than 1024 pixels nothing is gained: enlarging shows
# no detail that was not there. To you it shows more all the same: zoom in on the cup above (Ctrl or ⌘ and the wheel, two fingers, or
# `clicks.zoom_to((x0, y0, x1, y1))`) and set a point on the rim of its handle, to the pixel.

# %% [markdown] tags=["es"]
# **Explica.** Con diez logits de lado a lado no se dibuja un círculo; con 118, sí. Mirar de cerca cuesta otra pasada del codificador, y
# las últimas vistas se guardan. Tiene su precio: de lo que queda fuera de su vista no sabe nada. La máscara 2 llega al borde de la
# vista y puede seguir más allá; eso dice el último `True`. Y si una foto no pasa de 1024 píxeles no se gana nada: ampliar no muestra
# ningún detalle que no estuviera ya. A ti sí te ayuda: amplía la taza de arriba (Ctrl o ⌘ y la rueda, dos dedos, o
# `clicks.zoom_to((x0, y0, x1, y1))`) y pon un punto en el borde del asa, en el píxel exacto.

# %% [markdown] tags=["en"]
# ## Recap
#
# - The encoder reads the photo once; each prompt costs only the small decoder.
# - One click is ambiguous, so there are three candidates: part, object, context. Choosing is half the art.
# - Negative points, boxes and the mask before take the ambiguity away: one mask is the answer, and the *whole* of it is drawn anew.
# - The predicted IoU is the network's opinion of its mask, not of your intention. It can exceed 1.
# - Stability: how little the mask moves when the threshold does.
# - A small thing in a large photo wants a closer look: SAM has 256 logits from side to side, whatever the photo's size.

# %% [markdown] tags=["es"]
# ## Resumen
#
# - El codificador lee la foto una vez; cada indicación solo cuesta el pequeño decodificador.
# - Un clic es ambiguo, por eso hay tres candidatas: parte, objeto, contexto. Elegir es la mitad del arte.
# - Los puntos negativos, las cajas y la máscara anterior quitan la ambigüedad: una máscara es la respuesta, y se redibuja *entera*.
# - El IoU predicho es lo que la red opina de su máscara, no de tu intención. Puede pasar de 1.
# - Estabilidad: lo poco que se mueve la máscara cuando se mueve el umbral.
# - Algo pequeño en una foto grande pide mirar más de cerca: SAM tiene 256 logits de lado a lado, mida lo que mida la foto.

# %% [markdown] tags=["en"]
# **A good place to stop.** About {before} minutes lie behind you, and {after} ahead. When you come back, *Run All Above Selected Cell* in
# the menu *Run* brings you to this line again.

# %% [markdown] tags=["es"]
# **Un buen sitio para parar.** Llevas unos {before} minutos y quedan unos {after}. Cuando vuelvas, *Run All Above Selected Cell*, en el
# menú *Run*, te trae de nuevo hasta esta línea.

# %% [markdown] tags=["en"]
# ## Exercises
#
# ### 2.1 · Choose
#
# One click at (417, 437) on the astronaut's helmet. The first choice is only a reflection in the dark visor. Hand in the mask of the
# *whole* helmet; it is among the three.

# %% [markdown] tags=["es"]
# ## Ejercicios
#
# ### 2.1 · Elige
#
# Un clic en (417, 437), en el casco de la astronauta. La primera elección es solo un reflejo en la visera oscura. Entrega la máscara del
# casco *entero*; está entre las tres.

# %%
astronaut = Segmenter("astronaut")
on_helmet = astronaut.predict(Prompt([(417, 437)]))
pictures = [draw(astronaut.image, m, on_helmet.prompt) for m in on_helmet.masks]
show(*pictures, titles=["0", "1", "2"], width=480)
print(L("first choice:", "primera elección:"), on_helmet.best)

# %% [markdown] tags=["en", "alt"]
# The astronaut three times with a click on her helmet: mask 0 is a reflection in the visor, mask 1 the helmet without its white rim,
# mask 2 the helmet.

# %% [markdown] tags=["es", "alt"]
# La astronauta tres veces con un clic en el casco: la máscara 0 es un reflejo en la visera, la 1 el casco sin su borde blanco y la 2
# el casco.

# %% tags=["solution"]
helmet = on_helmet.masks[2]
check("2.1", helmet)

# %% [markdown] tags=["en"]
# ### 2.2 · A box
#
# Give a box (x0, y0, x1, y1) round that helmet, in pixels of the photo, which is 512 wide and 512 high. Guess from the
# pictures above, draw it with `draw(astronaut.image, prompt=Prompt(box=...))`, and correct it.

# %% [markdown] tags=["es"]
# ### 2.2 · Una caja
#
# Da una caja (x0, y0, x1, y1) alrededor de ese casco, en píxeles de la foto, que mide 512 de ancho y 512 de alto. Estímala con
# las imágenes de arriba, dibújala con `draw(astronaut.image, prompt=Prompt(box=...))` y corrígela.

# %% tags=["solution"]
helmet_box = (280, 344, 512, 512)
check("2.2", helmet_box)

# %% [markdown] tags=["en"]
# ### 2.3 · The whole admiral
#
# The sample `"grace_hopper"` is 512 wide and 600 high. One click gives Grace Hopper's jacket first, or her face. Get all of
# her, from cap to jacket, and hand in the mask. An IoU of 0.9 is asked.

# %% [markdown] tags=["es"]
# ### 2.3 · La almirante entera
#
# La muestra `"grace_hopper"` mide 512 de ancho y 600 de alto. Un clic da primero la chaqueta de Grace Hopper, o su cara.
# Consíguela entera, de la gorra a la chaqueta, y entrega la máscara. Se pide un IoU de 0,9.

# %%
hopper = ClickSegmenter("grace_hopper", lang=L("en", "es"))
hopper

# %% [markdown] tags=["en", "alt"]
# Portrait of Grace Hopper in navy uniform and cap, before a flag and a blue wall.

# %% [markdown] tags=["es", "alt"]
# Retrato de Grace Hopper con uniforme y gorra de la marina, ante una bandera y una pared azul.

# %% tags=["solution"]
hopper.set_box(14, 24, 511, 600)
hopper_mask = hopper.mask
check("2.3", hopper_mask)

# %% [markdown] tags=["en"]
# ### 2.4 · Stability by hand
#
# Write the function that gives a mask's stability from its logits (any array): the IoU of the mask at threshold 1 with the one
# at threshold −1.

# %% [markdown] tags=["es"]
# ### 2.4 · La estabilidad a mano
#
# Escribe la función que da la estabilidad de una máscara a partir de sus logits (un arreglo cualquiera): el IoU de la máscara
# con umbral 1 y la máscara con umbral −1.

# %% tags=["solution"]
def stability(logits):
    L(
        """Return the IoU of the masks at thresholds 1 and -1.""",
        """Devuelve el IoU de las máscaras con umbrales 1 y -1.""",
    )
    return (logits > 1).sum() / (logits > -1).sum()


check("2.4", stability)

# %% [markdown] tags=["en"]
# ### 2.5 · One of sixteen rockets
#
# A sheet of sixteen rockets, 2560 wide and 1708 high. Hand in the mask of the rocket under the point (962, 1039), as large as the sheet.
# An IoU of 0.9 is asked; one click on the whole sheet does not reach it.

# %% [markdown] tags=["es"]
# ### 2.5 · Uno de dieciséis cohetes
#
# Una hoja con dieciséis cohetes, de 2560 de ancho y 1708 de alto. Entrega la máscara del cohete que está bajo el punto (962, 1039), del
# tamaño de la hoja. Se pide un IoU de 0,9; un clic sobre la hoja entera no llega.

# %%
rockets = Segmenter(np.tile(load_image("rocket"), (4, 4, 1)))
on_rocket = Prompt([(962, 1039)])
show(draw(rockets.image, prompt=on_rocket), width=480)
print(rockets.size)

# %% [markdown] tags=["en", "alt"]
# Four rows of four times the same photo: a slender rocket on its pad before a dark sky. One of them has a point on it.

# %% [markdown] tags=["es", "alt"]
# Cuatro filas de cuatro veces la misma foto: un cohete esbelto en su plataforma ante un cielo oscuro. Uno de ellos lleva un punto.

# %% tags=["solution"]
its_photo = (640, 854, 1280, 1281)
rocket = rockets.closer(its_photo, margin=0).predict(on_rocket).best_mask
check("2.5", rocket)

# %% [markdown] tags=["en"]
# ## Quiz
#
# Five questions about asking.

# %% [markdown] tags=["es"]
# ## Cuestionario
#
# Cinco preguntas sobre preguntar.

# %%
quiz(2)

# %%
progress(2)

# %% [markdown] tags=["en"]
# ## Further reading
#
# - A. Kirillov and others, *Segment Anything* (2023), section 3 on ambiguity and the three outputs:
#   [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - C. Zhang and others, *Faster Segment Anything* (2023), how the small encoder learned from the large one:
#   [arXiv:2306.14289](https://arxiv.org/abs/2306.14289).
# - L. Ke and others, *Segment Anything in High Quality* (2023), on thin structures and finer edges:
#   [arXiv:2306.01567](https://arxiv.org/abs/2306.01567).

# %% [markdown] tags=["es"]
# ## Para saber más
#
# - A. Kirillov y otros, *Segment Anything* (2023), sección 3, sobre la ambigüedad y las tres salidas:
#   [arXiv:2304.02643](https://arxiv.org/abs/2304.02643).
# - C. Zhang y otros, *Faster Segment Anything* (2023), cómo el codificador pequeño aprendió del grande:
#   [arXiv:2306.14289](https://arxiv.org/abs/2306.14289).
# - L. Ke y otros, *Segment Anything in High Quality* (2023), sobre estructuras finas y bordes más precisos:
#   [arXiv:2306.01567](https://arxiv.org/abs/2306.01567).
