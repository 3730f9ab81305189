#include "server/front/link_page.h"

namespace obhut::front {
namespace {

constexpr std::string_view kPath = "/l/";

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Obhut</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em }
code { background: #8882; padding: .1em .3em; overflow-wrap: anywhere }
:root { color-scheme: light dark }
</style>
</head>
<body>
<h1>Ein Link zu verschlüsselten Dateien</h1>
<p>Jemand hat Ihnen diesen Link gegeben. Der Server kann nicht lesen, wohin er führt, und zeigt es
darum auch hier nicht: Geöffnet wird auf Ihrem Rechner, mit dem Programm <b>obhut</b>. Ein Konto
brauchen Sie nicht.</p>
<ul>
<li>Holen, was der Link zeigt: <code>obhut get 'LINK' .</code></li>
<li>Etwas hineinlegen, wenn er dafür da ist: <code>obhut put DATEI 'LINK'</code></li>
</ul>
<p>Nehmen Sie den ganzen Link, auch was hinter dem <code>#</code> steht, und geben Sie ihn nicht
weiter. Öffnet er sich nicht, ist er abgelaufen, verbraucht oder zurückgezogen, oder das Kennwort
ist ein anderes: Fragen Sie, von wem Sie ihn haben.</p>
<section lang="en">
<h1>A link to encrypted files</h1>
<p>Somebody gave you this link. The server cannot read where it leads, so it cannot show that here
either: it is opened on your computer, by the program <b>obhut</b>. You need no account.</p>
<ul>
<li>Get what the link shows: <code>obhut get 'LINK' .</code></li>
<li>Put something in, if it is for that: <code>obhut put FILE 'LINK'</code></li>
</ul>
<p>Take the whole link, with what stands behind the <code>#</code>, and do not pass it on. If it
does not open, it has expired, is used up or was ended, or the password is another one: ask
whoever gave it to you.</p>
</section>
</body>
</html>
)";

}  // namespace

std::optional<http::Response> link_page(std::string_view path) {
    if (!path.starts_with(kPath)) return std::nullopt;
    http::Response page;
    page.headers.set(http::kContentType, "text/html; charset=utf-8");
    page.headers.set("content-security-policy",
                     "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
                     "base-uri 'none'; form-action 'none'");
    page.headers.set("referrer-policy", "no-referrer");
    page.headers.set("x-robots-tag", "noindex");
    page.body = to_bytes(kPage);
    return page;
}

}  // namespace obhut::front
