/// The page around the figures.
enum PageStyle {
    static let sheet = """
        :root{--ground:#ffffff;--raised:#f5f7f9;--text:#1d2430;--soft:#5c6675;--rule:#dfe4ea;--link:#0068a8;
        --good:#00805f;--bad:#c43d00;--neutral:#5c6675}
        @media screen and (prefers-color-scheme:dark){:root{--ground:#14181f;--raised:#1d232c;--text:#e6eaf0;--soft:#a3adbb;
        --rule:#323a46;--link:#5ab4f0;--good:#3ecfa0;--bad:#ff9248;--neutral:#a3adbb}}
        *{box-sizing:border-box}
        html{background:var(--ground);color:var(--text);font:16px/1.55 \(FigureStyle.fontFamily);-webkit-text-size-adjust:100%}
        body{max-width:1080px;margin:0 auto;padding:2rem 1.25rem 3rem}
        h1{font-size:1.9rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.3rem;line-height:1.3;margin:0 0 .6rem}
        .subtitle{color:var(--soft);margin:.3rem 0 0;overflow-wrap:anywhere}
        p,li{max-width:75ch}
        p{margin:.6rem 0}
        a{color:var(--link)}
        section{margin-top:2.6rem;padding-top:1.4rem;border-top:1px solid var(--rule)}
        nav{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin-top:1.4rem;font-size:.92rem}
        nav a{text-decoration:none}
        nav a:hover{text-decoration:underline}
        .callout{border-left:4px solid var(--neutral);background:var(--raised);border-radius:0 6px 6px 0;padding:.8rem 1.1rem;margin:1.2rem 0}
        .callout strong{font-size:1.08rem}
        .callout p{margin:.2rem 0 0}
        .callout.good{border-color:var(--good)}.callout.good strong{color:var(--good)}
        .callout.bad{border-color:var(--bad)}.callout.bad strong{color:var(--bad)}
        dl{margin:1rem 0}
        dd{margin:0}
        .highlights{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,11.5rem),1fr));gap:.8rem}
        .highlights>div{background:var(--raised);border-radius:6px;padding:.7rem 1rem}
        .highlights dt{color:var(--soft);font-size:.88rem}
        .highlights dd{font-size:1.35rem;font-weight:600;line-height:1.35;font-variant-numeric:tabular-nums}
        .highlights small{display:block;font-size:.82rem;font-weight:400;color:var(--soft)}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));gap:0 2.2rem}
        .facts>div{display:grid;grid-template-columns:9.5rem 1fr;gap:.8rem;padding:.3rem 0;border-bottom:1px solid var(--rule)}
        .facts dt{color:var(--soft)}
        .facts dd{overflow-wrap:anywhere}
        figure{margin:1.6rem 0}
        figcaption{color:var(--soft);font-size:.9rem;line-height:1.5;max-width:85ch;margin-top:.5rem}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.3rem;list-style:none;padding:0;margin:0 0 .7rem;font-size:.9rem}
        .legend li{display:flex;align-items:center;gap:.45rem;max-width:none}
        .legend svg{flex:none}
        .panels{display:grid;gap:1.4rem 1.8rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr))}
        .panels.columns1{grid-template-columns:minmax(0,510px)}
        .panels.columns3,.panels.columns4{grid-template-columns:repeat(auto-fit,minmax(min(100%,260px),1fr))}
        .panels svg{display:block;width:100%;height:auto;max-width:600px}
        .panels.columns3 svg,.panels.columns4 svg{max-width:440px}
        .scroll{overflow-x:auto;margin:1rem 0}
        table{border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
        th,td{text-align:left;padding:.38rem 1.4rem .38rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
        th:last-child,td:last-child{padding-right:0}
        th{color:var(--soft);font-weight:600;vertical-align:bottom}
        .number{text-align:right}
        td.number{white-space:nowrap}
        @media screen and (max-width:640px){
        th,td{padding-right:.8rem}
        .wide thead{display:none}
        .wide,.wide tbody,.wide tr,.wide caption{display:block}
        .wide tr{border-bottom:2px solid var(--rule);padding:.4rem 0}
        .wide td,.wide td.number{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.1rem 0;text-align:right;white-space:normal}
        .wide td:empty{display:none}
        .wide td::before{content:attr(data-title);color:var(--soft);text-align:left}
        .facts>div{grid-template-columns:1fr}}
        pre{background:var(--raised);border-radius:6px;padding:.9rem 1.1rem;overflow-x:auto;font-size:.87rem;line-height:1.5}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        details{margin:1rem 0}
        summary{cursor:pointer;color:var(--link)}
        footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
        @media print{html{font-size:11pt}body{max-width:none;padding:0}nav{display:none}
        figure,table,.callout,.highlights>div{break-inside:avoid}h2{break-after:avoid}
        .panels{grid-template-columns:1fr 1fr}.panels.columns1{grid-template-columns:60%}
        .panels.columns3,.panels.columns4{grid-template-columns:1fr 1fr 1fr}
        .callout,.highlights>div,pre{border:1px solid var(--rule)}pre{white-space:pre-wrap}}
        """
}
