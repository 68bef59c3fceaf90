// The page's outside in a browser: starts the WebAssembly module, draws when something changed,
// carries events in and effects out.

import { fonts, honest, measure, paint, want } from "./glyph.js";
import { painter } from "./gl.js";
import * as http from "./http.js";
import { isDisabled, isSafe, mirror, nameOf } from "./mirror.js";

const PRESS = 0, INPUT = 1, LEAVE = 2, SUBMIT = 3;
const VISIBILITY = 0, CONNECTION = 1, RETURNED = 2, FOCUS = 3, COPIED = 4;
const FONTS_WAIT_MS = 1500;
const FIRST_PAINT_WAIT_MS = 300;
const SLOW_FRAME_MS = 50;
const REHEARSAL_WAIT_MS = 500;

const root = document.getElementById("m");
const canvas = document.getElementById("gl");
const switches = new URLSearchParams(location.search);
const query = (text) => matchMedia(text);
const dark = query("(prefers-color-scheme:dark)");
const still = query("(prefers-reduced-motion:reduce)");
const forced = query("(forced-colors:active)");
const saveKey = "chukta:" + root.dataset.order;

let app, gl, lost = false, raf = 0, timer = 0, tree, shown, touched, show, slow = 0, frames = 0, painted = false;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

// Views on the memory die when it grows, so each is made anew.
const bytes = (at, size) => new Uint8Array(app.memory.buffer, at, size);
const text = (at, size) => decoder.decode(bytes(at, size));
function put(...fields) {
    const encoded = encoder.encode(fields.join("\0"));
    bytes(app.app_buffer(encoded.length), encoded.length).set(encoded);
    return encoded.length;
}

function saved() {
    try {
        return sessionStorage.getItem(saveKey) || "";
    } catch {
        return "";
    }
}

const imports = {
    js_semantics: (at, size) => (tree = text(at, size)),
    js_texture: (id, width, height, y, rows, at) =>
        gl?.texture(id, width, height, y, rows, at && bytes(at, width * rows)),
    js_draw(width, height, clear, sizes, vertices, indices, commands) {
        const [v, i, c] = new Int32Array(app.memory.buffer, sizes, 3);
        gl.draw(width, height, clear, bytes(vertices, v), bytes(indices, i), new Int32Array(app.memory.buffer, commands, c));
    },
    js_glyph: (weight, at, size, em, out) =>
        measure(weight, text(at, size), em, new Float32Array(app.memory.buffer, out, 6)),
    js_glyph_draw: want,
    js_glyph_paint: (at) => paint(new Uint8Array(app.memory.buffer, at)),
    js_http(id, flags, timeout, at, size) {
        const [path, key, device, body] = text(at, size).split("\0");
        const request = { path, key, device, body, timeout, post: !!(flags & 1), outlivesPage: !!(flags & 2) };
        http.send(id, request, (status, reply) => {
            app.app_answer(id, status, put(reply), Date.now());
            wake();
        });
    },
    js_abort: http.abort,
    js_save(at, size) {
        try {
            if (size) sessionStorage.setItem(saveKey, text(at, size));
            else sessionStorage.removeItem(saveKey);
        } catch {
            // Storage is refused or full: a reload then resumes from the server's view alone.
        }
    },
    js_copy(at, size) {
        // Only a secure page has a clipboard; the second tap may copy what the first had to fetch.
        const written = navigator.clipboard?.writeText(text(at, size)) ?? Promise.reject();
        written.then(
            () => tell(COPIED, true),
            () => tell(COPIED, false),
        );
    },
    js_open(at, size, flags) {
        const href = text(at, size);
        if (!isSafe(href) || (flags & 2 && !navigator.userActivation?.isActive)) return 0;
        if (flags & 1) open(href, "_blank", "noopener");
        else location.href = href;
        return 1;
    },
    js_fail: (at, size) => console.error("page:", text(at, size)),
    emscripten_notify_memory_growth() {},
};

const domMode = () => !gl || lost || forced.matches;

function measureEnvironment() {
    const dom = domMode();
    painted = !dom;
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const flags = dark.matches | (still.matches << 1) | (dom << 2);
    app.app_env(document.documentElement.clientWidth, devicePixelRatio, scale, flags);
    wake();
}

function frame(now) {
    raf = 0;
    clearTimeout(timer);
    const before = performance.now();
    const next = app.app_frame(now / 1000, Date.now());
    // Software drawing that passed as hardware: the elements alone are quicker. The first frames
    // are slow everywhere, since they draw the glyphs.
    if (++frames > 3 && frames < 20 && !domMode() && !switches.has("canvas")) {
        slow += performance.now() - before > SLOW_FRAME_MS;
        if (slow > 3) {
            gl = null;
            measureEnvironment();
        }
    }
    // Together with the elements' places: the browser may paint between a measure and its frame.
    document.documentElement.classList.toggle("gl", painted);
    // A text that was typed and left between two frames is cleaned, and may then be what was shown before.
    tree = tree || (touched && shown);
    if (tree) {
        const next = JSON.parse(tree);
        show(next);
        shown = tree;
        // A reload is written in the same language and layout, and repeats nothing that was pressed.
        if (next.q !== location.search) history.replaceState(history.state, "", location.pathname + next.q);
    }
    tree = touched = null;
    later(next);
}

function later(next) {
    if (next === 0 && !document.hidden) wake();
    else if (next >= 0) timer = setTimeout(wake, Math.min(next, 2e9));
}

/** Something changed, or its time has come. */
function wake() {
    if (!document.hidden) {
        raf = raf || requestAnimationFrame(frame);
        return;
    }
    clearTimeout(timer);
    later(app.app_tick(Date.now()));
}

/** Something outside the page has changed. */
function tell(what, value) {
    app.app_state(what, value, Date.now());
    wake();
}

function freshKey() {
    const random = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function act(kind, element) {
    touched = touched || element.localName === "input";
    const value = element.localName === "input" ? element.value : "";
    if (value) element.dataset.sent = value;
    app.app_action(put(kind, nameOf(element), value, freshKey()), Date.now());
    wake();
}

function listen() {
    const on = (target, names, listener, options) =>
        names.split(" ").forEach((name) => target.addEventListener(name, listener, options));
    const control = (event) => event.target.closest?.(".k.button,.k.a");
    let hovered = "", pressed = "", pointerDown = false, left = null;
    const point = () => {
        app.app_pointer(put(hovered, pressed));
        wake();
    };
    // A press moves the focus before it clicks; were the field's error drawn in between, the button
    // would move away from under the pointer.
    const leave = () => {
        const element = left;
        left = null;
        if (element?.isConnected) act(LEAVE, element);
    };
    on(root, "click", (event) => {
        // What was left is looked at first, so that it cannot take back what the press then says.
        leave();
        const element = control(event);
        // Until the first frame a button is still its form's.
        if (element && (isDisabled(element) || element.localName === "button")) event.preventDefault();
        if (element && !isDisabled(element)) act(PRESS, element);
    });
    on(root, "input", (event) => act(INPUT, event.target));
    on(root, "keydown", (event) => {
        const field = event.target.localName === "input" && !event.target.readOnly;
        if (!field || event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        act(SUBMIT, event.target);
    });
    on(root, "focusout", (event) => {
        if (event.target.localName !== "input") return;
        left = event.target;
        if (!pointerDown) leave();
    });
    on(root, "pointerover", (event) => {
        const element = control(event) || event.target.closest?.("input.k");
        const name = element && event.pointerType === "mouse" ? nameOf(element) : "";
        if (name === hovered) return;
        hovered = name;
        point();
    });
    on(root, "pointerleave", () => {
        hovered = "";
        point();
    });
    on(document, "pointerdown", (event) => {
        pointerDown = true;
        const element = control(event);
        if (!element) return;
        pressed = nameOf(element);
        point();
    });
    on(document, "pointerup pointercancel", () => {
        pointerDown = false;
        setTimeout(leave);
        if (!pressed) return;
        pressed = "";
        point();
    });
    on(document, "visibilitychange", () => {
        cancelAnimationFrame(raf);
        raf = 0;
        tell(VISIBILITY, !document.hidden);
    });
    on(window, "focus blur", (event) => tell(FOCUS, event.type === "focus"));
    on(window, "online offline", () => tell(CONNECTION, navigator.onLine));
    on(window, "pageshow", (event) => {
        if (event.persisted) tell(RETURNED, true);
        else wake();
    });
    on(window, "resize", measureEnvironment);
    // Text of another size, a setting of the browser, changes this box even if no other.
    const letter = document.body.appendChild(document.createElement("b"));
    letter.style.cssText = "position:absolute;width:1rem";
    const sizes = new ResizeObserver(measureEnvironment);
    for (const one of [document.body, letter]) sizes.observe(one);
    for (const one of [dark, still, forced]) one.addEventListener("change", measureEnvironment);
    const watchRatio = () =>
        query("(resolution:" + devicePixelRatio + "dppx)").addEventListener(
            "change",
            () => {
                measureEnvironment();
                watchRatio();
            },
            { once: true },
        );
    watchRatio();
}

// A tap on an app's link in the first paint has opened the app, but told nobody.
let tapped = null;
root.addEventListener("click", (event) => (tapped = event.target.closest("a.k") || tapped));

/** What was done with the first paint, in the order in which it counts. */
function takeOver() {
    const field = root.querySelector("input");
    if (field?.value) {
        act(INPUT, field);
        // The server has checked it, or the customer has left it.
        if (field.getAttribute("aria-invalid") || field !== document.activeElement) act(LEAVE, field);
    }
    if (tapped?.isConnected) act(PRESS, tapped);
}

/** Something to draw on, as soon as the first paint is seen: the module comes later. */
async function startPicture() {
    await new Promise((done) => {
        requestAnimationFrame(() => setTimeout(done));
        setTimeout(done, FIRST_PAINT_WAIT_MS); // no frame comes while the tab is hidden
    });
    if (switches.has("dom") || !honest()) return;
    gl = painter(canvas, switches.has("canvas"));
    canvas.addEventListener("webglcontextlost", (event) => {
        event.preventDefault();
        lost = true;
        if (show) measureEnvironment();
    });
    canvas.addEventListener("webglcontextrestored", () => {
        lost = false;
        gl?.start();
        if (!show) return;
        app.app_context();
        measureEnvironment();
    });
}

/** What the module is opened with. */
function opening() {
    const data = navigator.userAgentData;
    const flags =
        data?.mobile |
        (query("(pointer:coarse)").matches << 1) |
        (query("(hover:none)").matches << 2) |
        (!document.hidden << 3) |
        (navigator.onLine << 4);
    return [
        root.dataset.order,
        document.getElementById("chukta-view").textContent,
        saved(),
        navigator.userAgent,
        data?.platform || navigator.platform,
        document.documentElement.lang,
        flags,
        navigator.maxTouchPoints,
        Math.min(screen.width, screen.height),
        location.search.slice(1),
    ].join("\0");
}

/** In a worker: what the first frame does, with nothing to draw on. */
function rehearsal() {
    onmessage = ({ data: [module, opening] }) => {
        const idle = new Proxy({}, { get: () => () => 0 });
        const app = new WebAssembly.Instance(module, { env: idle }).exports;
        app._initialize();
        new Uint8Array(app.memory.buffer, app.app_buffer(opening.length), opening.length).set(opening);
        app.app_open(opening.length, 0);
        app.app_frame(0, 0);
        postMessage(0);
    };
}

/**
 * Calls the module once on another thread. Chromium compiles a function at its first call, on the thread that calls it,
 * and then has it for all: the customer's thread is spared that.
 */
async function rehearse(module) {
    const worker = new Worker(URL.createObjectURL(new Blob(["(" + rehearsal + ")()"])));
    await new Promise((done) => {
        worker.onmessage = worker.onerror = done;
        setTimeout(done, REHEARSAL_WAIT_MS);
        worker.postMessage([module, encoder.encode(opening())]);
    });
    worker.terminate();
}

async function start() {
    const href = document.querySelector("link[as=fetch]").href;
    let loaded = 0;
    const ready = Promise.all(fonts.map((font) => document.fonts.load(font, "₹A"))).then(
        () => (loaded = 1),
        () => {},
    );
    const late = new Promise((done) => setTimeout(done, FONTS_WAIT_MS));
    const code = fetch(href, { credentials: "same-origin" });
    const compiled = WebAssembly.compileStreaming(code);
    // Without a worker the first frame compiles by itself what it calls.
    const rehearsed = compiled.then(rehearse).catch(() => {});
    const [module] = await Promise.all([compiled, startPicture(), rehearsed]);
    app = (await WebAssembly.instantiate(module, { env: imports })).exports;
    app._initialize();
    await Promise.race([ready, late]);

    show = mirror(root);
    app.app_open(put(opening()), Date.now());
    listen();
    takeOver();
    measureEnvironment();
    if (loaded) return;
    await ready;
    if (!loaded) return;
    app.app_fonts();
    wake();
}

start().catch((error) => {
    // An old browser, or the module did not come: the first paint and its forms are the page. It
    // looks again as it would without a script; and who comes back from an app finds the news.
    console.error(error);
    const again = () => location.replace(location.pathname + location.search);
    if (+root.dataset.refresh) setTimeout(again, root.dataset.refresh * 1000);
    document.addEventListener("visibilitychange", () => document.hidden || root.querySelector("input")?.value || again());
});
