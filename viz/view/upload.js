// A button that opens a text file of the reader's and sends its name and content to Python.
function render({ model, el }) {
  const label = document.createElement("label");
  label.className = "cogov-upload";
  const words = document.createElement("span");
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".toml";
  label.append(words, input);
  el.appendChild(label);
  const name = () => {
    words.textContent = model.get("label");
    input.setAttribute("aria-label", model.get("label"));
  };
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const text = await file.slice(0, model.get("most")).text();
    model.set("file", [file.name, text, Date.now()]);
    model.save_changes();
    input.value = ""; // the same file can be chosen again
  });
  model.on("change:label", name);
  name();
}

export default { render };
