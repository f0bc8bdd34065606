"""The shapes by name."""

from demo.shapes import dated, loaded, marked
from demo.shapes.shape import Shape

SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in (
        loaded.DataProxy(), loaded.JsonByGet(), loaded.JsonByPost(), loaded.JsonP(), loaded.InlineJson(),
        loaded.ScriptFile(), loaded.InlineFrame(), loaded.FrameSet(), loaded.HashRoute(), loaded.Computed(),
        loaded.MetaRefresh(), loaded.ScriptRedirect(),
        dated.SplitDate(), dated.TwoDigitYear(), dated.ChineseDigits(), dated.RelativeDate(), dated.Undated(),
        dated.AddressDate(), dated.DeadlineInTitle(), dated.Ascending(), dated.AscendingBehindScript(),
        marked.Pictures(), marked.Table(), marked.Definitions(), marked.TwoColumns(), marked.Tabs(),
        marked.FreshSideList(), marked.SeveralLists(), marked.EmptyWords(), marked.RowTemplate(),
    )
}  # fmt: skip
