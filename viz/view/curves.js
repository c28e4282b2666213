// Curves as SVG: the ground is set seldom, the lines and their words with every frame.
function render({ model, el }) {
  const box = document.createElement("div");
  box.setAttribute("role", "group");
  el.appendChild(box);
  let lines = [];
  let charts = [];

  function lay() {
    box.className = model.get("classes");
    box.setAttribute("aria-label", model.get("label"));
    box.innerHTML = model.get("grounds").join("");
    charts = [...box.querySelectorAll("svg")];
    lines = charts.map((chart) => [...chart.querySelectorAll("path[stroke-dasharray]")]);
    grow();
  }

  function grow() {
    const { paths, labels } = model.get("now");
    charts.forEach((chart, i) => {
      if (!paths[i]) return;
      chart.setAttribute("aria-label", labels[i]);
      lines[i].forEach((line, k) => line.setAttribute("d", paths[i][k] || ""));
    });
  }

  model.on("change:grounds change:classes change:label", lay);
  model.on("change:now", grow);
  lay();
}

export default { render };
