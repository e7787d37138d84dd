# What type checkers see of the package: `__init__.py` loads each name when it is first used.

from segwidgets.candidates import Candidates as Candidates
from segwidgets.doctor.missing_canvas import explain_missing_canvas as explain_missing_canvas
from segwidgets.ground.errors import SegwidgetsError as SegwidgetsError
from segwidgets.images import load_image as load_image
from segwidgets.images import sample_image as sample_image
from segwidgets.masks.cleaning import clean as clean
from segwidgets.masks.comparison import compare as compare
from segwidgets.masks.diagnosis import diagnose as diagnose
from segwidgets.masks.measures import measure as measure
from segwidgets.models.deeplab.table import load_deeplab as load_deeplab
from segwidgets.models.sam import load_sam as load_sam
from segwidgets.prompts import Prompt as Prompt
from segwidgets.segmenter import Segmenter as Segmenter
from segwidgets.semantic import segment_semantic as segment_semantic
from segwidgets.similar import find_similar as find_similar
from segwidgets.widgets.class_explorer import ClassExplorer as ClassExplorer
from segwidgets.widgets.click_segmenter.widget import ClickSegmenter as ClickSegmenter
from segwidgets.widgets.embedding_explorer import EmbeddingExplorer as EmbeddingExplorer
from segwidgets.widgets.photo_queue.queue import PhotoQueue as PhotoQueue
from segwidgets.widgets.prompt_form import PromptForm as PromptForm
from segwidgets.widgets.reliability_explorer import ReliabilityExplorer as ReliabilityExplorer
from segwidgets.widgets.threshold_explorer import ThresholdExplorer as ThresholdExplorer

__version__: str
__all__: list[str]
