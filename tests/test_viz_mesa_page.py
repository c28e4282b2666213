"""Mesa's own page opens ``CityModel``: the example is drawn, and a step is seen on it."""

import pytest

solara = pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")
pytest.importorskip("altair", reason="Mesa's page needs altair")
pytest.importorskip("solara.server")

from solara.server import kernel, kernel_context  # noqa: E402

from cogov.scenarios.city_model import CityModel  # noqa: E402
from cogov.viz import mesa_page  # noqa: E402


def test_the_example_is_drawn_with_its_layers_and_curves():
    import ipywidgets

    context = kernel_context.VirtualKernelContext(id="mesa", kernel=kernel.Kernel(), session_id="mesa")
    with context:
        _, root = solara.render(solara.AppLayout(children=[mesa_page.Page()]), handle_error=False)
        assert len(root.find(ipywidgets.Image).widgets) == 3
        root.close()


@pytest.mark.parametrize("component", [mesa_page.layer_map("trust"), mesa_page.flows("day.arisen", "day.solved")])
def test_components_follow_the_model(component):
    from mesa.visualization.utils import update_counter

    model = CityModel("baseline", city="street", warm_up_days=1, days=3, follow_up_days=0)
    context = kernel_context.VirtualKernelContext(id="part", kernel=kernel.Kernel(), session_id="part")
    with context:
        _, root = solara.render(component(model), handle_error=False)
        before = _picture(root)
        model.step()
        model.step()
        update_counter.value += 1
        assert _picture(root) != before
        root.close()


def _picture(root):
    import ipywidgets

    return [widget.value for widget in root.find(ipywidgets.Image).widgets]
