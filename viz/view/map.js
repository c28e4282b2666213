// A map of cells on one canvas. Python sends a byte a cell and 256 colours; clicks and keys send the cell back.
function decode(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function edges(codes, width, height) {
  // Line segments between neighbouring cells of different places, in cells; 0 is no place.
  const found = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = codes[y * width + x];
      if (x + 1 < width && codes[y * width + x + 1] !== here) found.push([x + 1, y, x + 1, y + 1]);
      if (y + 1 < height && codes[(y + 1) * width + x] !== here) found.push([x, y + 1, x + 1, y + 1]);
    }
  }
  return found;
}

function render({ model, el }) {
  const canvas = document.createElement("canvas");
  const small = document.createElement("canvas");
  canvas.className = "cogov-map";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  el.appendChild(canvas);
  let box = null; // what is shown: left, top, width, height in cells
  let cursor = null;
  let borders = { district: [], street: [] };
  let drag = null;
  let waiting = false;

  const size = () => [model.get("width"), model.get("height")];

  function fit(view) {
    // Grow the wished box to the shape of the canvas.
    const [w, h] = [canvas.clientWidth || 1, canvas.clientHeight || 1];
    const scale = Math.min(w / view[2], h / view[3]);
    const [bw, bh] = [w / scale, h / scale];
    return [view[0] + (view[2] - bw) / 2, view[1] + (view[3] - bh) / 2, bw, bh];
  }

  function home() {
    const view = model.get("view");
    const [w, h] = size();
    box = fit(view && view.length === 4 ? view : [-0.5, -0.5, w + 1, h + 1]);
  }

  function picture() {
    const [w, h] = size();
    if (!w || !h) return;
    small.width = w;
    small.height = h;
    const cells = decode(model.get("cells"));
    const palette = new Uint32Array(decode(model.get("palette")).slice().buffer);
    const image = new ImageData(w, h);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = palette[cells[i]];
    small.getContext("2d").putImageData(image, 0, 0);
  }

  function lines(context, segments, scale, colour, thickness) {
    context.beginPath();
    for (const [a, b, c, d] of segments) {
      context.moveTo((a - box[0]) * scale, (b - box[1]) * scale);
      context.lineTo((c - box[0]) * scale, (d - box[1]) * scale);
    }
    context.strokeStyle = colour;
    context.lineWidth = thickness;
    context.stroke();
  }

  function frame(context, cell, scale, colour, thickness) {
    context.strokeStyle = colour;
    context.lineWidth = thickness;
    const side = Math.max(scale, 6);
    const shift = (side - scale) / 2;
    context.strokeRect((cell[0] - box[0]) * scale - shift, (cell[1] - box[1]) * scale - shift, side, side);
  }

  function words(context, scale) {
    const font = Math.max(10, Math.min(15, canvas.clientHeight / 42));
    context.font = `600 ${font}px "Noto Sans SC", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const taken = [];
    for (const [text, x, y] of model.get("labels")) {
      const [px, py] = [(x + 0.5 - box[0]) * scale, (y + 0.5 - box[1]) * scale];
      const half = context.measureText(text).width / 2 + 2;
      if (px - half < 0 || px + half > canvas.clientWidth || py < font || py > canvas.clientHeight - font) continue;
      const mine = [px - half, py - font * 0.7, px + half, py + font * 0.7];
      if (taken.some((o) => mine[0] < o[2] && mine[2] > o[0] && mine[1] < o[3] && mine[3] > o[1])) continue;
      taken.push(mine);
      context.lineWidth = 3;
      context.strokeStyle = "rgba(255,255,255,0.85)";
      context.strokeText(text, px, py);
      context.fillStyle = "#1f2933";
      context.fillText(text, px, py);
    }
  }

  // Offices: column, row, kind and number of each; the higher a kind, the further out it is shown.
  const SHOWN_FROM = { 1: 11, 3: 5, 4: 3, 5: 0 }; // pixels a cell: communities, streets, departments, the city's
  const SIZE = { 1: 3.5, 3: 4.5, 4: 5.5, 5: 6.5 };

  function seen(scale) {
    const bytes = decode(model.get("marks"));
    const all = new Int32Array(bytes.slice().buffer);
    const found = [];
    for (let i = 0; i < all.length; i += 4) {
      if (scale < SHOWN_FROM[all[i + 2]]) continue;
      found.push({ x: (all[i] + 0.5 - box[0]) * scale, y: (all[i + 1] + 0.5 - box[1]) * scale,
                   cell: [all[i], all[i + 1]], kind: all[i + 2], row: all[i + 3] });
    }
    return found;
  }

  function shape(context, mark, more) {
    const r = SIZE[mark.kind] + more;
    context.beginPath();
    if (mark.kind === 1) context.arc(mark.x, mark.y, r, 0, 2 * Math.PI);
    else if (mark.kind === 3) context.rect(mark.x - r, mark.y - r, 2 * r, 2 * r);
    else {
      context.moveTo(mark.x, mark.y - r);
      context.lineTo(mark.x + r, mark.y);
      context.lineTo(mark.x, mark.y + r);
      context.lineTo(mark.x - r, mark.y);
      context.closePath();
    }
  }

  function offices(context, scale) {
    const chosen = model.get("office");
    let here = null;
    for (const mark of seen(scale)) {
      if (mark.row === chosen) here = mark;
      if (mark.x < -9 || mark.y < -9 || mark.x > canvas.clientWidth + 9 || mark.y > canvas.clientHeight + 9) continue;
      shape(context, mark, 0);
      context.fillStyle = mark.kind === 1 ? "#ffffff" : "#1f2933";
      context.strokeStyle = mark.kind === 1 ? "#1f2933" : "#ffffff";
      context.lineWidth = 1.4;
      context.fill();
      context.stroke();
    }
    if (here) {
      shape(context, here, 3);
      context.strokeStyle = "#d55e00";
      context.lineWidth = 3;
      context.stroke();
    }
  }

  function officeAt(x, y, scale) {
    // The topmost mark within reach of a place of the canvas, -1 without one.
    return after(seen(scale).filter((mark) => Math.abs(mark.x - x) <= SIZE[mark.kind] + 3
                                           && Math.abs(mark.y - y) <= SIZE[mark.kind] + 3));
  }

  function after(marks) {
    // The topmost of several offices, or the one below that which is chosen already.
    const rows = marks.map((mark) => mark.row).reverse();
    return rows.length ? rows[(rows.indexOf(model.get("office")) + 1) % rows.length] : -1;
  }

  function marked(context, scale) {
    // Hatch districts that are picked.
    const picked = model.get("marked");
    if (!picked.length) return;
    const [w, h] = size();
    const district = decode(model.get("district"));
    context.save();
    context.beginPath();
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const code = district[y * w + x];
        if (code && picked.includes(code - 1)) {
          context.rect((x - box[0]) * scale, (y - box[1]) * scale, scale + 0.5, scale + 0.5);
        }
      }
    }
    context.clip();
    context.beginPath();
    for (let k = -canvas.clientHeight; k < canvas.clientWidth; k += 8) {
      context.moveTo(k, canvas.clientHeight);
      context.lineTo(k + canvas.clientHeight, 0);
    }
    context.strokeStyle = "rgba(31,41,51,0.75)";
    context.lineWidth = 1.6;
    context.stroke();
    context.restore();
  }

  function draw() {
    waiting = false;
    const [w, h] = size();
    if (!w || !h || !canvas.clientWidth) return;
    if (!box) home();
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(canvas.clientWidth * ratio)) canvas.width = Math.round(canvas.clientWidth * ratio);
    if (canvas.height !== Math.round(canvas.clientHeight * ratio)) canvas.height = Math.round(canvas.clientHeight * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    context.imageSmoothingEnabled = false;
    const scale = canvas.clientWidth / box[2];
    context.drawImage(small, -box[0] * scale, -box[1] * scale, w * scale, h * scale);
    if (scale > 7) lines(context, borders.street, scale, "rgba(31,41,51,0.45)", 1);
    marked(context, scale);
    lines(context, borders.district, scale, "#1f2933", 1.2);
    if (model.get("marks").byteLength) offices(context, scale);
    words(context, scale);
    const picked = model.get("picked");
    if (picked.length >= 2) {
      frame(context, picked, scale, "#ffffff", 4);
      frame(context, picked, scale, "#d55e00", 2);
    }
    if (cursor && document.activeElement === canvas) frame(context, cursor, scale, "#0072b2", 2);
  }

  function soon() {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(draw);
    }
  }

  function places() {
    const [w, h] = size();
    if (!w || !h) return;
    const street = decode(model.get("street"));
    borders = {
      district: edges(decode(model.get("district")), w, h),
      street: edges(new Uint16Array(street.slice().buffer), w, h),
    };
    soon();
  }

  function pick(cell, office = -1) {
    const [w, h] = size();
    if (cell[0] < 0 || cell[1] < 0 || cell[0] >= w || cell[1] >= h) return;
    model.set("clicked", [cell[0], cell[1], Date.now(), office]);
    model.save_changes();
  }

  function at(event) {
    const here = canvas.getBoundingClientRect();
    const scale = canvas.clientWidth / box[2];
    return [Math.floor((event.clientX - here.left) / scale + box[0]),
            Math.floor((event.clientY - here.top) / scale + box[1])];
  }

  function zoom(factor, middle) {
    const [w, h] = size();
    const wide = Math.max(4, Math.min(w * 3, box[2] * factor));
    const real = wide / box[2];
    const [x, y] = middle || [box[0] + box[2] / 2, box[1] + box[3] / 2];
    box = [x - (x - box[0]) * real, y - (y - box[1]) * real, box[2] * real, box[3] * real];
    soon();
  }

  canvas.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, box: [...box], moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.abs(dx) + Math.abs(dy) > 4) drag.moved = true;
    if (!drag.moved) return;
    const scale = canvas.clientWidth / box[2];
    box = [drag.box[0] - dx / scale, drag.box[1] - dy / scale, box[2], box[3]];
    soon();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) {
      const here = canvas.getBoundingClientRect();
      pick(at(event), officeAt(event.clientX - here.left, event.clientY - here.top, canvas.clientWidth / box[2]));
    }
    drag = null;
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, at(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const [w, h] = size();
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const picked = model.get("picked");
    if (steps[event.key]) {
      const from = cursor || (picked.length ? picked : [Math.floor(w / 2), Math.floor(h / 2)]);
      cursor = [Math.max(0, Math.min(w - 1, from[0] + steps[event.key][0])),
                Math.max(0, Math.min(h - 1, from[1] + steps[event.key][1]))];
    } else if (event.key === "Enter" || event.key === " ") {
      if (cursor) pick(cursor);
    } else if (event.key === "o" || event.key === "O") {
      const row = after(seen(Infinity).filter((m) => cursor && m.cell[0] === cursor[0] && m.cell[1] === cursor[1]));
      if (row >= 0) pick(cursor, row);
    } else if (event.key === "+" || event.key === "=") {
      zoom(1 / 1.3);
    } else if (event.key === "-") {
      zoom(1.3);
    } else if (event.key === "0") {
      home();
    } else {
      return;
    }
    event.preventDefault();
    soon();
  });
  canvas.addEventListener("focus", soon);
  canvas.addEventListener("blur", soon);

  const label = () => canvas.setAttribute("aria-label", model.get("label"));
  const repaint = () => { picture(); soon(); };
  const reset = () => { box = null; soon(); };
  model.on("change:cells change:palette", repaint);
  model.on("change:district change:street", places);
  model.on("change:view change:width change:height", reset);
  model.on("change:labels change:marked change:picked change:marks change:office", soon);
  model.on("change:label", label);
  const watcher = new ResizeObserver(reset);
  watcher.observe(canvas);
  if (document.fonts) document.fonts.load('14px "Noto Sans SC"').then(soon);
  label();
  picture();
  places();
  return () => watcher.disconnect();
}

export default { render };
