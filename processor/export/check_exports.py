"""Checks that the committed exports come from these scripts: exports them again and compares the bytes.

Run: python3 check_exports.py; needs PyTorch 1.13, the version the committed files were made with.
"""

import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
EXPORTS = {
    "export_ops.py": HERE / "../src/main/resources/io/s2stream/processor/s2/ops.pt",
    "export_cast.py": HERE / "../src/main/resources/io/s2stream/processor/tower/cast.pt",
    "export_wire.py": HERE / "../src/main/resources/io/s2stream/processor/extract/wire.pt",
    "export_demo_tower.py": HERE / "../src/main/model/demo-vit/demo-vit.pt",
}

if __name__ == "__main__":
    differing = []
    with tempfile.TemporaryDirectory() as folder:
        for script, committed in EXPORTS.items():
            again = Path(folder) / committed.name
            subprocess.run([sys.executable, str(HERE / script), str(again)], check=True)
            if not filecmp.cmp(again, committed, shallow=False):
                differing.append(f"{committed.resolve()} is not what {script} makes")
    sys.exit("\n".join(differing) or 0)
