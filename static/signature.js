// The signature pad: draws on a canvas, keeps the picture in a hidden field. Always dark ink on white.
// <div class="sign" data-signature><canvas></canvas><input type=hidden name=signature><button type=button data-clear>…
"use strict";
{
  function start(pad) {
    if (pad.dataset.signature === "on") return;
    pad.dataset.signature = "on";
    const canvas = pad.querySelector("canvas"), kept = pad.querySelector("input[type=hidden], textarea"), pen = canvas.getContext("2d");
    let strokes = [], stroke = null, before = null;

    function draw() {
      const scale = Math.min(devicePixelRatio || 1, 2), wide = canvas.clientWidth, high = canvas.clientHeight;
      canvas.width = wide * scale;
      canvas.height = high * scale;
      pen.scale(scale, scale);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, wide, high);
      if (before) {
        const by = Math.min(wide / before.width, high / before.height);
        pen.drawImage(before, 0, 0, before.width * by, before.height * by);
      }
      Object.assign(pen, { strokeStyle: "#1b2430", fillStyle: "#1b2430", lineWidth: 2.4, lineCap: "round", lineJoin: "round" });
      strokes.forEach(line);
    }
    function line(points) {
      const [first, ...rest] = points.map(([x, y]) => [x * canvas.clientWidth, y * canvas.clientHeight]);
      pen.beginPath();
      if (!rest.length) { pen.arc(...first, 1.4, 0, 7); pen.fill(); return; }
      pen.moveTo(...first);
      rest.forEach(([x, y], i) => { const [px, py] = rest[i - 1] ?? first; pen.quadraticCurveTo(px, py, (px + x) / 2, (py + y) / 2); });
      pen.stroke();
    }
    const place = (e) => { const box = canvas.getBoundingClientRect(); return [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height]; };
    const keep = () => { kept.value = strokes.length || before ? canvas.toDataURL("image/png") : ""; kept.dispatchEvent(new Event("change", { bubbles: true })); };
    function again() {
      if (!kept.value || strokes.length) return;
      const picture = new Image();
      picture.onload = () => { before = picture; draw(); };
      picture.src = kept.value;
    }

    canvas.addEventListener("pointerdown", (e) => { e.preventDefault(); canvas.setPointerCapture(e.pointerId); strokes.push((stroke = [place(e)])); draw(); });
    canvas.addEventListener("pointermove", (e) => { if (stroke) { stroke.push(place(e)); line(stroke.slice(-3)); } });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { if (stroke) { stroke = null; draw(); keep(); } });
    pad.querySelector("[data-clear]")?.addEventListener("click", () => { strokes = []; before = null; draw(); keep(); });
    new ResizeObserver(draw).observe(canvas); // turning the phone keeps the signature
    again();
    addEventListener("pageshow", again);
  }
  const find = () => document.querySelectorAll("[data-signature]").forEach(start);
  document.addEventListener("DOMContentLoaded", find);
  document.addEventListener("htmx:afterSettle", find);
}
