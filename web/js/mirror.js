// Semantic nodes become real elements, which take every click, key and reader. Knows nothing of
// payments. On the canvas they are transparent and lie exactly over what is painted; without it the
// same elements are the page.

const DISABLED = 1, INVALID = 2, EXPANDED = 4, COLLAPSED = 8, NEW_TAB = 16;
const TAGS = { timer: "div", status: "p", alert: "p", img: "div", spinner: "div" };
const ROLES = { timer: "timer", status: "status", alert: "alert", img: "img", spinner: "progressbar" };
const SVG = "http://www.w3.org/2000/svg";
const PREFIX = "c-";
const REGION_KNOWN_MS = 200;

export const nameOf = (element) => element.id.slice(PREFIX.length);
export const isDisabled = (element) => element.getAttribute("aria-disabled") === "true";
/** Whether a link may be followed: links come from outside. */
export const isSafe = (href) => !/^\s*(javascript|data|vbscript|blob|file):/i.test(href);

function set(element, name, value) {
    if (value === undefined || value === null || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

function picture(element, text) {
    if (element.dataset.picture === text) return;
    element.dataset.picture = text;
    // The first paint's code too: over the canvas's own it would make both unreadable.
    element.textContent = "";
    if (!text) return;
    if (text.startsWith("data:image/png;base64,")) {
        const image = element.appendChild(document.createElement("img"));
        image.alt = "";
        image.width = 300;
        image.src = text;
        return;
    }
    const [side, ...path] = text.split(" ");
    const svg = document.createElementNS(SVG, "svg");
    set(svg, "width", 4 * side);
    set(svg, "viewBox", "0 0 " + side + " " + side);
    set(svg, "stroke", "#000");
    set(svg, "shape-rendering", "crispEdges");
    set(svg, "aria-hidden", "true");
    set(svg.appendChild(document.createElementNS(SVG, "path")), "d", path.join(" "));
    element.appendChild(svg);
}

export function mirror(root) {
    const known = new Map();
    let booted = false;
    let focused = 0;

    function update(element, n, x, y) {
        const s = n.s || 0;
        element.className = "k " + n.r + " " + (n.k || "");
        const [left, top, width, height, radius, size] = n.b;
        const style = element.style;
        style.left = left - x + "px";
        style.top = top - y + "px";
        style.width = width + "px";
        style.height = height + "px";
        style.borderRadius = radius + "px";
        style.fontSize = size ? size + "px" : "";
        style.fontWeight = n.w ? 600 : "";
        style.textAlign = ["", "center", "right"][n.a || 0];
        set(element, "role", ROLES[n.r]);
        set(element, "lang", n.g);
        set(element, "aria-disabled", s & DISABLED ? "true" : null);
        set(element, "aria-expanded", s & EXPANDED ? "true" : s & COLLAPSED ? "false" : null);
        const group = n.c || n.r === "section" || n.r === "img" || n.r === "spinner";
        set(element, "aria-label", n.l || (group && n.t) || null);
        if (n.r === "img") picture(element, n.x || "");
        if (n.r === "h1" || n.r === "h2") element.tabIndex = -1;
        if (n.r === "label") element.htmlFor = PREFIX + n.i.replace(/-label$/, "");
        // Until now the press of a first paint's button was a form's; from now on it is ours.
        if (n.r === "button") element.type = "button";
        if (n.r === "a") {
            set(element, "href", isSafe(n.u) ? n.u : null);
            set(element, "target", s & NEW_TAB ? "_blank" : null);
            set(element, "rel", s & NEW_TAB ? "noopener" : null);
        }
        if (n.r === "input") {
            set(element, "form", null);
            element.placeholder = n.h || "";
            element.readOnly = !!(s & DISABLED);
            set(element, "aria-invalid", s & INVALID ? "true" : null);
            set(element, "aria-describedby", n.d ? PREFIX + n.d : null);
            // While someone types, the field is theirs; what C++ cleans comes when they have left.
            const typing = document.activeElement === element;
            if (element.value !== n.v && (!typing || element.dataset.sent === element.value)) {
                element.value = n.v;
            }
        } else if (!group && element.textContent !== n.t) {
            let words = element;
            if (n.r === "status" && !element.firstChild) {
                // Readers tell of words that come into a region, not of a region that comes with its words:
                // these are seen at once, and read when the region is known.
                words = element.appendChild(document.createElement("span"));
                set(words, "aria-hidden", "true");
                setTimeout(() => (element.textContent = element.textContent), REGION_KNOWN_MS);
            }
            words.textContent = n.t;
        }
    }

    function create(n) {
        const element = document.createElement(TAGS[n.r] || n.r);
        element.id = PREFIX + n.i;
        if (n.r === "input") {
            Object.assign(element, {
                type: "text",
                name: "upi-id",
                inputMode: "email",
                autocapitalize: "none",
                autocomplete: "off",
                enterKeyHint: "go",
                spellcheck: false,
            });
            set(element, "autocorrect", "off");
        }
        return element;
    }

    // A moved element keeps its focus where the browser can do that; show() sees to the others.
    function put(parent, element, at) {
        if (element.isConnected && parent.moveBefore) parent.moveBefore(element, at);
        else parent.insertBefore(element, at);
    }

    function place(parent, nodes, seen, x, y) {
        let at = parent.firstChild;
        for (const n of nodes) {
            seen.add(n.i);
            // An ornament of the first paint is nobody's node.
            while (at?.localName === "i") at = at.nextSibling;
            let entry = known.get(n.i);
            const tag = TAGS[n.r] || n.r;
            if (!entry && !booted) {
                // The server's first paint is taken over as it stands, with focus and typed text; what has
                // become another element since (a button that is a link by now) is replaced below.
                const element = document.getElementById(PREFIX + n.i);
                if (element && root.contains(element)) {
                    known.set(n.i, (entry = { element, tag: element.localName, before: "" }));
                }
            }
            if (!entry || entry.tag !== tag) {
                const focus = entry && document.activeElement === entry.element;
                if (entry && entry.element === at) at = at.nextSibling;
                entry?.element.remove();
                known.set(n.i, (entry = { element: create(n), tag, before: "", focus }));
            }
            const { element } = entry;
            if (element === at) at = at.nextSibling;
            else put(parent, element, at);
            const { c, ...own } = n;
            const now = JSON.stringify([own, x, y, !!c]);
            if (now !== entry.before || n.r === "input") update(element, n, x, y);
            entry.before = now;
            if (entry.focus) element.focus({ preventScroll: true });
            entry.focus = false;
            if (c) place(element, c, seen, n.b[0], n.b[1]);
        }
    }

    return function show(tree) {
        document.documentElement.lang = tree.l;
        document.title = tree.t;
        root.style.setProperty("--height", tree.y + "px");
        const seen = new Set();
        const active = document.activeElement;
        const held = active && root.contains(active);
        place(root, tree.c, seen, 0, 0);
        if (!booted) for (const one of root.querySelectorAll(".k")) if (!seen.has(nameOf(one))) one.remove();
        for (const [name, { element }] of known) {
            if (seen.has(name)) continue;
            element.remove();
            known.delete(name);
        }
        const asked = tree.n !== focused && known.get(tree.f)?.element;
        if (booted && asked) asked.focus();
        else if (held && active !== document.activeElement && root.contains(active)) active.focus({ preventScroll: true });
        // A reader must not be left nowhere when the control it was on has gone.
        else if (held && !root.contains(document.activeElement)) (root.querySelector("h2") || root.querySelector("h1"))?.focus();
        focused = tree.n;
        booted = true;
    };
}
