// Glyphs by the browser's own text engine: each is drawn once on a 2D canvas, at device pixels.

const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });
// As in page.css.
const family = 'Inter,system-ui,"Noto Sans Devanagari",sans-serif';

export const fonts = ["400 16px Inter", "600 16px Inter"];

const SHEET = 1024;
let last, wanted = [];

/** Measures a glyph or a word: advance, left, top, width, height, oversampling. */
export function measure(weight, text, size, out) {
    if (!pen) return;
    const font = (weight ? 600 : 400) + " " + size + "px " + family;
    pen.font = font;
    const m = pen.measureText(text);
    const left = Math.floor(-m.actualBoundingBoxLeft) - 1;
    const top = Math.floor(-m.actualBoundingBoxAscent) - 1;
    const width = Math.ceil(m.actualBoundingBoxRight) + 1 - left;
    const height = Math.ceil(m.actualBoundingBoxDescent) + 1 - top;
    const empty = m.actualBoundingBoxRight + m.actualBoundingBoxLeft <= 0;
    // A glyph begins at a fraction of a pixel; small ones show it unless drawn finer.
    const fine = size < 40 ? 2 : 1;
    last = { font, text, left, top, width: width * fine, height, fine };
    out.set([m.width, left, top, empty ? 0 : last.width, empty ? 0 : height, fine]);
}

/** A picture of what was measured last is wanted. */
export const want = () => wanted.push(last);

/** Draws what is wanted, on one sheet that is read back once: of each its coverage, a byte a pixel. */
export function paint(out) {
    let x = 0, y = 0, row = 0, at = 0;
    for (const one of wanted) {
        if (x && x + one.width > SHEET) {
            x = 0;
            y += row;
            row = 0;
        }
        one.x = x;
        one.y = y;
        x += one.width;
        row = Math.max(row, one.height);
    }
    const sheet = Math.max(SHEET, ...wanted.map((one) => one.width));
    // A new size makes it clear.
    canvas.width = sheet;
    canvas.height = y + row;
    for (const { font, text, left, top, fine, x, y } of wanted) {
        pen.setTransform(fine, 0, 0, 1, x, y);
        if (pen.font !== font) pen.font = font;
        pen.fillText(text, -left, -top);
    }
    const { data } = pen.getImageData(0, 0, sheet, y + row);
    for (const one of wanted) {
        for (let i = 0; i < one.height; i++) {
            let from = 4 * ((one.y + i) * sheet + one.x) + 3;
            for (let j = 0; j < one.width; j++, from += 4) out[at++] = data[from];
        }
    }
    wanted = [];
}

/** Whether pixels come back as they were drawn: some browsers answer with noise, for privacy. */
export function honest() {
    if (!pen) return false;
    canvas.width = canvas.height = 64;
    pen.fillRect(0, 0, 8, 4);
    const pixels = pen.getImageData(0, 0, 8, 8).data;
    for (let i = 0; i < 64; i++) {
        if (Math.abs(pixels[4 * i + 3] - (i < 32 ? 255 : 0)) > 16) return false;
    }
    return true;
}
