// In the browser of who works on the page: new styles at once, a new module or script by a reload that
// comes back to where it was. What was typed and opened the page keeps by itself (web/session.cpp).

const kKey = "chukta:dev";
const told = document.createElement("pre");
told.style.cssText =
    "position:fixed;inset:auto 0 0 0;max-height:50vh;overflow:auto;margin:0;padding:12px;z-index:9;" +
    "background:#300;color:#fdd;font:13px/1.4 monospace;white-space:pre-wrap";
let version = new URL(import.meta.url).search.slice(1);

let backTo; // where the last reload left, until this page is there again

function leave() {
    const { id, selectionStart } = document.activeElement ?? {};
    sessionStorage.setItem(kKey, JSON.stringify(backTo ?? { id, selectionStart, y: scrollY }));
    location.reload();
}

function comeBack() {
    const saved = sessionStorage.getItem(kKey);
    sessionStorage.removeItem(kKey);
    if (!saved) return;
    backTo = JSON.parse(saved);
    const { id, selectionStart, y } = backTo;
    const root = document.getElementById("m");
    const there = () => root.style.getPropertyValue("--height");
    const back = () => {
        backTo = undefined;
        scrollTo(0, y);
        const element = id ? document.getElementById(id) : null;
        element?.focus({ preventScroll: true });
        if (element?.localName === "input") element.setSelectionRange(selectionStart, selectionStart);
    };
    if (there()) return back();
    new MutationObserver((_, observer) => {
        if (!there()) return;
        observer.disconnect();
        requestAnimationFrame(back);
    }).observe(root, { attributes: true });
}

const events = new EventSource("/dev/events");
events.addEventListener("hello", ({ data }) => {
    // Something was saved while this page came, or the server was started anew.
    if (version !== JSON.parse(data)) leave();
});
events.addEventListener("css", ({ data }) => {
    version = JSON.parse(data);
    const old = document.querySelector("link[rel=stylesheet]");
    if (!old) return leave();
    const fresh = old.cloneNode();
    fresh.href = "/dev/page.css?" + Date.now();
    fresh.onload = () => old.remove();
    old.after(fresh);
});
events.addEventListener("reload", leave);
events.addEventListener("anew", () => location.reload());
events.addEventListener("broken", ({ data }) => {
    told.textContent = JSON.parse(data);
    document.body.append(told);
});
comeBack();
