"""The style sheet that is served: one file, each part in its layer."""

from pathlib import Path

import pytest

from core.assets import SHEET, JoinedStaticFilesStorage, joined

LINE = '@import url("a.css") layer(base);'


def sheet(folder: Path, **parts: str) -> Path:
    for name, text in parts.items():
        (folder / f"{name}.css").write_text(text, encoding="utf-8")
    return folder / "app.css"


def test_parts_take_the_place_of_their_lines(tmp_path: Path) -> None:
    main = sheet(
        tmp_path,
        app="\n".join(
            ["@layer base, pages;", LINE, LINE.replace("a.css", "b.css").replace("base", "pages")]
        ),
        a="p { color: red }",
        b="em { color: blue }",
    )

    assert joined(main) == (
        "@layer base, pages;\n"
        "@layer base {\np { color: red }\n}\n"
        "@layer pages {\nem { color: blue }\n}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@charset "UTF-8";p{}', "p{}"),
        ("p{}\n/*# sourceMappingURL=a.css.map */", "p{}"),
        ('p{background:url("x.svg")}', 'p{background:url("x.svg")}'),
        ("/* ł */", "/* ł */"),
    ],
)
def test_what_belongs_to_a_single_file_is_dropped(tmp_path: Path, text: str, expected: str) -> None:
    main = sheet(tmp_path, app='@import url("a.css") layer(base);', a=text)

    assert joined(main) == f"@layer base {{\n{expected}\n}}"


def test_a_missing_part_stops_the_build(tmp_path: Path) -> None:
    main = sheet(tmp_path, app='@import url("gone.css") layer(base);')

    with pytest.raises(FileNotFoundError):
        joined(main)


def make_storage(folder: Path) -> JoinedStaticFilesStorage:
    (folder / "css").mkdir()
    (folder / "js").mkdir()
    sheet(folder / "css", app='@import url("a.css") layer(base);', a='p{background:url("a.svg")}')
    (folder / "css" / "a.svg").write_text("<svg/>")
    (folder / "js" / "main.js").write_text('import "./a.js";\n')
    (folder / "js" / "a.js").write_text("1;\n")
    return JoinedStaticFilesStorage(location=str(folder), base_url="/static/")


def process(storage: JoinedStaticFilesStorage) -> dict[str, str]:
    names = ["css/app.css", "css/a.css", "css/a.svg", "js/main.js", "js/a.js"]
    done = storage.post_process({name: (storage, name) for name in names})
    return {name: hashed for name, hashed, _ in done if hashed}


def test_the_served_sheet_is_one_file_with_hashed_addresses(tmp_path: Path) -> None:
    storage = make_storage(tmp_path)

    names = process(storage)

    text = (tmp_path / names[SHEET]).read_text()
    assert "@import" not in text
    assert "@layer base" in text
    assert Path(names["css/a.svg"]).name in text


def test_modules_import_by_hashed_names(tmp_path: Path) -> None:
    storage = make_storage(tmp_path)

    names = process(storage)

    assert (tmp_path / names["js/main.js"]).read_text() == (
        f'import "./{Path(names["js/a.js"]).name}";\n'
    )


def test_joining_twice_changes_nothing(tmp_path: Path) -> None:
    storage = make_storage(tmp_path)

    assert process(storage)[SHEET] == process(storage)[SHEET]
