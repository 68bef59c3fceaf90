// The shop's one style sheet. Warm paper, brewed brown; a dark roast when the system is dark.
#include "sandbox/shop/frame.h"

namespace shop {

std::string_view stylesheet() {
    return R"css(
:root{--paper:#faf4ea;--card:#fffdf9;--ink:#2b1a11;--soft:#6b5547;--line:#eadfce;--brand:#9c3f17;
--brand-deep:#7c2f0f;--on-brand:#fff8ee;--tint:#f5e8d5;--good:#17603b;--good-tint:#e1f1e6;
--wait:#7a4b00;--wait-tint:#fbeccb;--bad:#97261b;--bad-tint:#fbe3de;--shade:0 1px 2px #4a2a1512,0 8px 24px #4a2a150f;
--serif:Georgia,"Iowan Old Style","Noto Serif",serif;--sans:Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
@media(prefers-color-scheme:dark){:root{--paper:#1a120d;--card:#261b15;--ink:#f6e9da;--soft:#c2aa97;--line:#3d2c22;
--brand:#f0a468;--brand-deep:#f7bd8d;--on-brand:#2a1407;--tint:#32241b;--good:#8fd9ae;--good-tint:#173325;
--wait:#f3c774;--wait-tint:#3a2a0e;--bad:#f5a79c;--bad-tint:#431d18;--shade:0 1px 2px #0006}}
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans)}
h1,h2{font-family:var(--serif);line-height:1.2;margin:0;font-weight:700;letter-spacing:-.01em}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.2rem)}h2{font-size:1.15rem}p{margin:0}ul{list-style:none;margin:0;padding:0}
a{color:var(--brand)}code{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.note{color:var(--soft);font-size:.93rem}
.hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-9999px}.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 14px;border-radius:8px;z-index:9}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.bar{position:sticky;top:0;z-index:2;background:color-mix(in srgb,var(--paper) 88%,transparent);
backdrop-filter:saturate(1.4) blur(10px);border-bottom:1px solid var(--line)}
.bar-in{max-width:1080px;margin:auto;padding:10px 20px;display:flex;align-items:center;gap:8px 20px;flex-wrap:wrap}
.brand{display:flex;align-items:center;gap:10px;font:700 1.2rem/1 var(--serif);color:var(--ink);text-decoration:none}
.mark{display:grid;place-items:center;width:38px;height:38px;border-radius:12px;background:#8f3a16}
.mark .glass{width:22px;height:26px}
nav{margin-left:auto;display:flex;align-items:center;gap:4px}
nav a,nav button.link{padding:8px 12px;border-radius:10px;color:var(--soft);text-decoration:none;font-size:.95rem;font-weight:500}
nav a:hover,nav button.link:hover{background:var(--tint);color:var(--ink)}
nav a[aria-current]{color:var(--ink);background:var(--tint)}
.count{display:inline-block;min-width:20px;padding:0 6px;border-radius:10px;background:var(--brand);color:var(--on-brand);
font-size:.78rem;line-height:20px;text-align:center;font-weight:700}
main{max-width:1080px;margin:auto;padding:28px 20px 56px;display:flex;flex-direction:column;gap:20px}
footer{border-top:1px solid var(--line);padding:22px 20px 34px;text-align:center;color:var(--soft);font-size:.88rem}
footer p{max-width:60ch;margin:auto}
button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:46px;padding:0 20px;border:0;
border-radius:13px;background:var(--brand);color:var(--on-brand);font:600 1rem/1.2 var(--sans);text-decoration:none;
cursor:pointer;transition:background .15s,transform .05s}
button:hover,.button:hover{background:var(--brand-deep)}button:active,.button:active{transform:translateY(1px)}
.quiet{background:var(--tint);color:var(--ink)}.quiet:hover{background:var(--line)}
.small{min-height:40px;padding:0 14px;font-size:.92rem}
button.link{min-height:40px;padding:0 8px;background:none;color:var(--brand);font-weight:500;font-size:.95rem}
button.link:hover{text-decoration:underline}
input{width:100%;min-height:46px;padding:0 14px;border:1.5px solid var(--line);border-radius:12px;background:var(--card);
color:var(--ink);font:inherit}
input.quantity{width:72px;text-align:center;padding:0 6px}
.card{background:var(--card);border:1px solid var(--line);border-radius:20px;padding:22px;box-shadow:var(--shade)}
.stack{display:flex;flex-direction:column;gap:12px}.card.stack label{font-weight:600;font-size:.93rem;margin-bottom:-6px}
.card.stack button{margin-top:8px}
.narrow{width:100%;max-width:440px;margin:0 auto;display:flex;flex-direction:column;gap:18px}
.empty{align-items:center;text-align:center;padding:36px 0;gap:14px}.empty .glass{width:84px;height:96px}
.notice{padding:13px 18px;border-radius:14px;background:var(--tint);font-weight:500}
.notice a{color:inherit;margin-left:6px}.notice.good{background:var(--good-tint);color:var(--good)}.notice.bad{background:var(--bad-tint);color:var(--bad)}
.hero{display:flex;align-items:center;justify-content:space-between;gap:24px;padding:clamp(24px,4vw,44px);border-radius:26px;
color:#fff4e4;background:radial-gradient(120% 160% at 88% 10%,#d9803f 0,#a8481c 38%,#5e2510 100%)}
.hero>div{max-width:34rem;display:flex;flex-direction:column;gap:10px}.hero h1{text-wrap:balance;font-size:clamp(1.9rem,1.3rem + 3vw,3rem)}
.hero p{color:#ffe9d0}.eyebrow{font-size:.8rem;letter-spacing:.12em;text-transform:uppercase;font-weight:600}
.hero .glass{flex:none;width:clamp(84px,16vw,168px);height:auto}
.teas{display:grid;grid-template-columns:repeat(auto-fill,minmax(232px,1fr));gap:20px}
.tea{display:flex;flex-direction:column;background:var(--card);border:1px solid var(--line);border-radius:22px;overflow:hidden;
box-shadow:var(--shade)}
.tea-art{display:grid;place-items:center;padding:20px;background:color-mix(in srgb,var(--brew) 20%,var(--card))}
.tea-art .glass{width:76px;height:86px}
.tea-text{display:flex;flex-direction:column;gap:6px;padding:18px;flex:1}.tea-text .price{margin-top:auto;padding-top:6px}
.price strong{font-size:1.15rem}.price span{color:var(--soft);font-size:.9rem}
.add{display:flex;gap:10px;margin-top:4px}.add button,.tea-text>.button{flex:1}
.hue-amber{--brew:#b5651d}.hue-brick{--brew:#93391a}.hue-gold{--brew:#d79a2b}.hue-rose{--brew:#b8564a}
.hue-saffron{--brew:#dc7a1f}.hue-leaf{--brew:#6c8f3c}.hue-silver{--brew:#a8a58c}.hue-hero,.hue-brand{--brew:#d98a45}
.hue-empty{--brew:#b99b80}
.glass .liquid{fill:var(--brew)}.glass .foam{fill:#fff3df;opacity:.85}.glass .ribs{stroke:#fff6;}
.glass .rim{stroke:color-mix(in srgb,var(--brew) 55%,#3a1d0d)}.glass .steam{stroke:color-mix(in srgb,var(--brew) 60%,#fff);opacity:.8}
.hue-hero .rim,.hue-brand .rim{stroke:#ffe9cf}.hue-hero .steam,.hue-brand .steam{stroke:#ffe3c2}
@media(prefers-color-scheme:dark){.glass .rim{stroke:color-mix(in srgb,var(--brew) 60%,#fff)}}
.people{display:flex;flex-direction:column;gap:12px;margin-top:14px}
.people li{display:flex;align-items:center;justify-content:space-between;gap:12px;padding-top:12px;border-top:1px solid var(--line)}
.split{display:grid;grid-template-columns:minmax(0,1fr) 340px;gap:20px;align-items:start}
.lines{padding:6px 22px}.line{display:flex;gap:16px;align-items:center;padding:16px 0;border-top:1px solid var(--line)}
.line:first-child{border-top:0}.line-text{flex:1;min-width:0}.thumb{flex:none;display:grid;place-items:center;width:72px;height:72px;
border-radius:18px;background:color-mix(in srgb,var(--brew) 20%,var(--card))}.thumb .glass{width:40px;height:46px}
.line-forms{display:flex;flex-wrap:wrap;gap:4px 8px;margin-top:8px}.line-forms form{display:flex;gap:8px}
.line-forms input{min-height:40px}.line-forms .link{padding:0 6px}.sum{align-self:flex-start;font-weight:600;white-space:nowrap}
.summary{display:flex;flex-direction:column;gap:16px;position:sticky;top:84px}
.sums,.words{margin:0;display:flex;flex-direction:column;gap:8px}
.sums div,.words div{display:flex;justify-content:space-between;align-items:center;gap:12px}
dt{color:var(--soft)}dd{margin:0}.words dt{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace}
.total{border-top:1px solid var(--line);padding-top:12px;font-weight:700;font-size:1.1rem}.total dt{color:inherit}
.items li{display:flex;justify-content:space-between;gap:12px;padding:9px 0}.items li.total{margin-top:6px;padding-top:14px}
.items,.hooks{margin-top:8px}.hooks li{display:flex;flex-direction:column;gap:1px;padding:10px 0;border-top:1px solid var(--line)}
.hook-type{font-weight:600}.hooks code{color:var(--soft)}
.pill{display:inline-block;padding:3px 12px;border-radius:20px;background:var(--tint);color:var(--soft);font-size:.88rem;font-weight:600}
.is-paid,.is-confirmed{background:var(--good-tint);color:var(--good)}.is-processing{background:var(--wait-tint);color:var(--wait)}
.is-failed,.is-cancelled{background:var(--bad-tint);color:var(--bad)}
[data-review-reason] .pill{background:var(--wait-tint);color:var(--wait)}
.actions{display:flex;flex-direction:column;gap:10px}.actions form{display:flex}.actions form button{flex:1}
.orders{display:flex;flex-direction:column;gap:14px}.order{display:flex;flex-direction:column;gap:8px;padding:18px 22px}
.order-top{display:flex;justify-content:space-between;gap:12px}.order h2 a{text-decoration:none}.order h2 a:hover{text-decoration:underline}
.pills{display:flex;flex-wrap:wrap;gap:8px;align-items:center}.pay-link{margin-left:auto;font-weight:600;padding:8px 0}
@media(max-width:760px){.split{grid-template-columns:minmax(0,1fr)}.summary{position:static;order:-1}form.summary{order:0}
main{padding:18px 16px 44px}}
@media(max-width:560px){.bar-in{padding:8px 14px}nav{gap:0;margin-left:auto}nav a,nav button.link{padding:8px 9px}
.brand span:last-child{font-size:1.05rem}.teas{grid-template-columns:1fr;gap:14px}.tea{flex-direction:row}
.tea-art{width:104px;flex:none;padding:12px}.tea-art .glass{width:60px;height:68px}.hero .glass{display:none}
.thumb{width:52px;height:52px}.line{gap:12px}.lines{padding:4px 16px}.line-forms{gap:4px}.line-forms input.quantity{width:56px}
.line-forms form{gap:4px}.line-forms .small{padding:0 10px}}
@media(max-width:430px){nav{width:100%;justify-content:space-between}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
@media(forced-colors:active){button,.button,.pill{border:1px solid}}
)css";
}

}  // namespace shop
