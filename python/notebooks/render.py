"""Lessons in percent format, which reviews as code does, to notebooks, and to executed Markdown with pictures for the documentation.

    python python/notebooks/render.py                     # executes all lessons, writes Documentation/Lessons/*.md and *.png
    python python/notebooks/render.py lazy edge           # those whose names contain one of these
    python python/notebooks/render.py --notebooks         # writes *.ipynb beside the sources, without executing them
"""
import argparse
import base64
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of numpy: matrices of lessons are too small to share out
os.environ["SADDLE_PROGRESS"] = "0"
HERE = Path(__file__).resolve().parent
PAGES = HERE.parents[1] / "Documentation" / "Lessons"


def lessons(words=()):
    return [path for path in sorted(HERE.glob("[0-9]*.py")) if not words or any(word in path.stem for word in words)]


def cells(path):
    """(kind, text) of each cell: markdown without its comment signs, or code."""
    found = []
    for part in re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        is_text = "[markdown]" in head
        body = re.sub(r"^# ?", "", body, flags=re.MULTILINE) if is_text else body
        found.append(("markdown" if is_text else "code", body.strip("\n")))
    return found


def notebook(path):
    import nbformat

    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, (kind, text) in enumerate(cells(path)):
        cell = nbformat.v4.new_markdown_cell(text) if kind == "markdown" else nbformat.v4.new_code_cell(text)
        cell["id"] = f"cell-{number}"
        made.cells.append(cell)
    return made


def execute(path):
    """The notebook with what its cells gave, run in a folder of its own, which is empty at first."""
    from nbclient import NotebookClient

    made, folder = notebook(path), HERE / "runs"
    folder.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(dir=folder)
    try:
        NotebookClient(made, timeout=600, resources={"metadata": {"path": folder}}).execute()
    finally:
        shutil.rmtree(folder)
    return made


def markdown(made, name, pages):
    """The page of an executed notebook; pictures are written beside it."""
    parts, pictures = [], 0
    for cell in made.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                pictures += 1
                picture = f"{name}-{pictures}.png"
                (pages / picture).write_bytes(base64.b64decode(data["image/png"]))
                parts.append(f"![{cell.source.splitlines()[0].lstrip('# ')}]({picture})")
            else:
                text = output.get("text") or data.get("text/plain") or ""
                if output.get("name") != "stderr" and text.strip():
                    parts.append(f"```\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--notebooks", action="store_true")
    parser.add_argument("--pages", type=Path, default=PAGES)
    options = parser.parse_args()
    for path in lessons(options.words):
        if options.notebooks:
            import nbformat

            nbformat.write(notebook(path), path.with_suffix(".ipynb"))
            continue
        start, name = time.time(), "lesson-" + re.sub(r"^\d+_", "", path.stem).replace("_", "-")
        options.pages.mkdir(parents=True, exist_ok=True)
        page = markdown(execute(path), name, options.pages)
        (options.pages / f"{name}.md").write_text(page, encoding="utf-8")
        print(f"{path.name}: {time.time() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
