//! Programs that make a document of another: drawings, diagrams, notebooks, style sheets. They read a file and write
//! one, named by an option, by the last operand, or beside what they read.

use super::landing;
use crate::effects::shell::command::strictly_below;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Resource};

pub(super) const ROWS: &[Row] = &[
    row("inkscape", "-h,--help/info -V,--version/info -o,--export-filename=write -p,--pipe --pages=word --export-type=word --export-overwrite --export-plain-svg --export-area=word -C,--export-area-page -D,--export-area-drawing --export-margin=word -d,--export-dpi=word -w,--export-width=word -h,--export-height=word -i,--export-id=word -j,--export-id-only -b,--export-background=word -y,--export-background-opacity=word -T,--export-text-to-path -l --export-ps-level=word --export-pdf-version=word -I,--query-id=word -S,--query-all -X,--query-x -Y,--query-y -W,--query-width -H,--query-height --vacuum-defs --batch-process -z,--without-gui", "read*")
        .also(|run, given| {
            let asks = ["-S", "-X", "-Y", "-W", "-H"].iter().any(|option| given.has(option));
            if !given.has("-o") && !asks {
                beside(run, given);
            }
        })
        .examples(&[
            ("inkscape a.svg -o b.png", "file.read /workspace/a.svg; file.write /workspace/b.png"),
            ("inkscape --export-type=pdf art/a.svg", "file.read /workspace/art/a.svg; file.write /workspace/art/**/*"),
            ("inkscape -S a.svg", "file.read /workspace/a.svg"),
            ("inkscape --actions=quit a.svg", "file.read /workspace/a.svg; file.write /workspace/**/*; unknown option_unknown"),
        ]),
    row("pdftk", "", "").style(Style::Raw).instead(pdftk).examples(&[
        ("pdftk a.pdf b.pdf cat output c.pdf", "file.read /workspace/a.pdf; file.read /workspace/b.pdf; file.write /workspace/c.pdf"),
        ("pdftk A=a.pdf cat A1-3 output /srv/c.pdf", "file.read /workspace/a.pdf; file.write /srv/c.pdf"),
        ("pdftk a.pdf dump_data", "file.read /workspace/a.pdf"),
        ("pdftk a.pdf burst", "file.read /workspace/a.pdf; file.write /workspace/**/*"),
        ("pdftk a.pdf stamp b.pdf output c.pdf", "file.read /workspace/a.pdf; file.read /workspace/b.pdf; file.write /workspace/c.pdf"),
    ]),
    row("plantuml", "-h,-help,--help/info -v,-version,--version/info -testdot/info -o,--output-dir=write -config=read -charset=word -tpng -tsvg -ttxt -tutxt -tpdf -teps -tlatex -checkonly -syntax -progress -nometadata -theme=word -darkmode -quiet -verbose -failfast -failfast2 -I=read -x=word -D=word -pipe", "read*")
        .style(Style::Dash)
        .also(|run, given| {
            if !["-o", "-checkonly", "-syntax", "-pipe"].iter().any(|option| given.has(option)) {
                beside(run, given);
            }
        })
        .examples(&[
            ("plantuml docs/a.puml", "file.read /workspace/docs/a.puml; file.write /workspace/docs/**/*"),
            ("plantuml -checkonly a.puml", "file.read /workspace/a.puml"),
            ("plantuml -o /srv/x a.puml", "file.read /workspace/a.puml; file.write /srv/x"),
        ]),
    row("mmdc", "-h,--help/info -V,--version/info -i,--input=read -o,--output=write -t,--theme=word -w,--width=word -H,--height=word -b,--backgroundColor=word -e,--outputFormat=word -c,--configFile=read -C,--cssFile=read -I,--svgId=word -s,--scale=word -f,--pdfFit -q,--quiet -p,--puppeteerConfigFile=word/code -a,--artefacts=write", "")
        .also(|run, given| {
            if !given.has("-o") {
                for input in given.values("-i").cloned().collect::<Vec<_>>() {
                    beside_one(run, &input);
                }
            }
        })
        .examples(&[
            ("mmdc -i a.mmd -o a.png", "file.read /workspace/a.mmd; file.write /workspace/a.png"),
            ("mmdc -i a.mmd", "file.read /workspace/a.mmd; file.write /workspace/**/*"),
            ("mmdc -p /tmp/p.json -i a.mmd -o a.png", "file.read /workspace/a.mmd; file.write /workspace/a.png; process.run /tmp/p.json"),
        ]),
    row("d2 dbml-renderer", "-h,--help/info -v,--version/info -t,--theme=word -l,--layout=word --pad=word -s,--sketch --dark-theme=word --scale=word -o,--output=write", "read write?").examples(&[("d2 a.d2 b.svg", "file.read /workspace/a.d2; file.write /workspace/b.svg")]),
    row("jupyter", "--version/info -h,--help/info --paths/info --config-dir/info --data-dir/info --runtime-dir/info --json --debug", "").sub(&[
        row("nbconvert", "-h,--help/info --to=word --output=word --output-dir=write --template=word --no-input --no-prompt --stdout --stdin --execute!process.run=jupyter --allow-errors!process.run=jupyter --inplace --clear-output --embed-images --config=word/code --TagRemovePreprocessor.remove_cell_tags=word --ExecutePreprocessor.timeout=word --log-level=word -y", "read*")
            .also(|run, given| {
                if given.has("--execute") {
                    for notebook in given.operands.clone() {
                        meaning::own_code(run, &notebook);
                    }
                }
                if !given.has("--stdout") && !given.has("--output-dir") {
                    beside(run, given);
                }
            })
            .examples(&[
                ("jupyter nbconvert --to script a.ipynb", "file.read /workspace/a.ipynb; file.write /workspace/**/*"),
                ("jupyter nbconvert --to html --execute a.ipynb", "file.read /workspace/a.ipynb; file.write /workspace/**/*; process.run jupyter"),
                ("jupyter nbconvert --execute --stdout /tmp/a.ipynb", "file.read /tmp/a.ipynb; process.run jupyter; process.run /tmp/a.ipynb"),
                ("jupyter nbconvert --to html /srv/a.ipynb", "file.read /srv/a.ipynb; file.write /srv/**/*"),
            ]),
        row("kernelspec labextension", "", "").sub(&[row("list", "...", "word*")]),
        row("execute run trust console qtconsole", "...", "word*").does("process.run"),
        row("lab notebook server nbclassic", "...", "word*").does("process.run net.listen"),
    ])
    .examples(&[("jupyter --version", ""), ("jupyter lab", "process.run jupyter; net.listen configured")]),
    row("sass lessc", "-h,--help/info --version,-v/info -I,--load-path,--include-path=word -s,--style=word --no-source-map --source-map[=word] --embed-sources --embed-source-map -q,--quiet --quiet-deps --no-charset --error-css --no-error-css -w,--watch --update --stop-on-error -c,--color --no-color --math=word --strict-units --lint -x,--compress --js/odd --plugin=odd", "word*")
        .also(style_sheets)
        .examples(&[
            ("sass a.scss b.css", "file.read /workspace/a.scss; file.write /workspace/b.css"),
            ("sass a.scss", "file.read /workspace/a.scss"),
            ("sass styles:/srv/css", "file.read /workspace/styles; file.write /srv/css"),
            ("lessc --js a.less", "file.read /workspace/a.less; unknown option_odd"),
        ]),
    row("kotlinc kotlinc-jvm", "-d=write -cp,-classpath=word -include-runtime -jvm-target=word -language-version=word -api-version=word -module-name=word -opt-in=word -nowarn -verbose -Werror -progressive -version/info -help,-h/info -no-stdlib -no-reflect -no-jdk -java-parameters -script=odd -P=odd -e,-expression=odd", "read*")
        .style(Style::Dash)
        .also(|run, given| {
            if given.operands.is_empty() {
                meaning::declared(run, "code.run=kotlin", "kotlinc");
            } else if !given.has("-d") {
                meaning::path(run, Action::FILE_WRITE, &Field::literal("."), true);
            }
        })
        .examples(&[
            ("kotlinc a.kt -d a.jar", "file.read /workspace/a.kt; file.write /workspace/a.jar"),
            ("kotlinc -Xplugin=/tmp/x.jar a.kt -d a.jar", "file.read /workspace/a.kt; file.write /workspace/a.jar; unknown option_unknown"),
        ]),
    row("texcount", "-inc -sum -brief -total -1 -v -merge -q -sub -col -nc -utf8 -template=word -h/info -help/info -version/info", "read*").style(Style::Dash).examples(&[("texcount a.tex", "file.read /workspace/a.tex")]),
    row("mutool", "", "").sub(&[
        row("info pages show trace audit grep", "-p=word -b -e -g ...", "read word*"),
        row("convert draw clean merge extract poster", "-o=write -F=word -r=word -O=word -p=word", "read*"),
        row("run", "", "run word*"),
    ]).examples(&[("mutool info a.pdf", "file.read /workspace/a.pdf"), ("mutool draw -o b.png a.pdf", "file.read /workspace/a.pdf; file.write /workspace/b.png")]),
];

/// What is made lies in the directory of what is read.
fn beside(run: &mut Run<'_>, given: &Given) {
    for file in given.operands.clone() {
        beside_one(run, &file);
    }
}

fn beside_one(run: &mut Run<'_>, file: &Field) {
    for name in meaning::names(run, file) {
        run.effect(Action::FILE_WRITE, Resource::path(strictly_below(landing::parent(&name))));
    }
}

/// `sass in out`, `sass in:out in:out`.
fn style_sheets(run: &mut Run<'_>, given: &Given) {
    let pairs: Vec<(Field, Option<Field>)> = match given.operands.as_slice() {
        [from, to] if !from.prefix().contains(':') => vec![(from.clone(), Some(to.clone()))],
        several => several
            .iter()
            .map(|operand| match operand.split_once(':') {
                Some((from, to)) => (Field::literal(from), Some(to)),
                None => (operand.clone(), None),
            })
            .collect(),
    };
    for (from, to) in pairs {
        meaning::path(run, Action::FILE_READ, &from, false);
        if let Some(to) = to {
            meaning::path(run, Action::FILE_WRITE, &to, false);
        }
    }
}

/// `pdftk inputs operation arguments output file`.
fn pdftk(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    const OPERATIONS: &[&str] = &[
        "cat",
        "shuffle",
        "burst",
        "rotate",
        "generate_fdf",
        "dump_data",
        "dump_data_utf8",
        "dump_data_fields",
        "unpack_files",
    ];
    const WITH_FILE: &[&str] = &[
        "fill_form",
        "background",
        "multibackground",
        "stamp",
        "multistamp",
        "attach_files",
        "update_info",
        "update_info_utf8",
    ];
    let mut words = arguments.iter();
    let (mut operated, mut lands) = (false, false);
    while let Some(word) = words.next() {
        match word.text() {
            Some("--help" | "--version" | "-h") => return Stream::foreign(),
            Some("output") => {
                lands = true;
                if let Some(to) = words.next().filter(|to| to.text() != Some("-")) {
                    meaning::path(run, Action::FILE_WRITE, to, false);
                }
            }
            Some("input_pw" | "owner_pw" | "user_pw" | "allow") => {
                words.next();
            }
            Some(text) if OPERATIONS.contains(&text) => {
                operated = true;
                // Into the directory where it runs, unless it is told where.
                lands |= !matches!(text, "burst" | "unpack_files");
            }
            Some(text) if WITH_FILE.contains(&text) => {
                operated = true;
                lands = true;
                if let Some(file) = words.next() {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
            }
            _ if operated => {}
            _ => {
                let file = word.split_once('=').map_or_else(|| word.clone(), |(_, file)| file);
                meaning::path(run, Action::FILE_READ, &file, false);
            }
        }
    }
    if operated && !lands {
        for name in meaning::names(run, &Field::literal(".")) {
            run.effect(Action::FILE_WRITE, Resource::path(strictly_below(name)));
        }
    }
    Stream::local()
}
