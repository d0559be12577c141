/// Jobs of MLflow models that come without a scoring script (ES §3.9).
///
/// They are ordinary jobs: the script below takes the place of the deployment's own. It needs the
/// packages `mlflow` and `pandas` in the deployment's interpreter, which is looked into before a
/// job is taken. Which files can be read is settled by their names, before any worker starts: the
/// service fails the job for a file of another type, whatever the error threshold.
enum NoCode {
    /// What the script imports.
    static let packages = ["mlflow", "pandas"]
    /// Tables, then pictures.
    static let types: Set = [
        "csv", "parquet", "pqt", "png", "jpg", "jpeg", "tiff", "bmp", "gif",
    ]
    static let scriptName = "mlflow_score.py"

    /// The folder of the script.
    static func folder(_ folders: EngineFolders) -> String { folders.state + "/runner/mlflow" }

    /// Writes the script, unless it is there already.
    static func install(_ folders: EngineFolders) throws {
        let folder = folder(folders)
        try FileCalls.makeFolders(folder)
        let path = "\(folder)/\(scriptName)"
        let bytes = Array(script.utf8)
        if FileCalls.contents(of: path) != bytes { try FileCalls.replace(path, with: bytes) }
    }

    /// Why a job of this kind cannot run over these items; nil when it can, or is of another kind.
    static func refusal(_ order: JobOrder, _ items: ItemList, _ folders: EngineFolders) -> String? {
        guard order.codeFolder == folder(folders) else { return nil }
        for index in 0..<items.count {
            let name = items.names(index..<(index + 1))
            let point = name.lastIndex(of: UInt8(ascii: "."))
            let type = point.map { String(decoding: name[($0 + 1)...], as: UTF8.self) } ?? ""
            guard !types.contains(type.lowercased()) else { continue }
            let path = String(decoding: Array(items.folder) + name, as: UTF8.self)
            return "Error processing input file: '\(path)'. File type '\(type)' is not supported."
        }
        return nil
    }

    static let script = #"""
        """Scores files with an MLflow model that has the flavour python_function.

        predict is called once for every file. Rows are separated by commas and have no header: the
        number of the row in its file, the prediction or predictions, the file's name. A file that
        cannot be read or predicted is left out, with a line in the log of standard error; a
        mini-batch of which all files are left out fails.
        """

        import glob
        import os
        import sys

        model = None


        def init():
            global model
            import mlflow.pyfunc

            folder = os.environ["AZUREML_MODEL_DIR"]
            found = sorted(glob.glob(os.path.join(glob.escape(folder), "*", "MLmodel")))
            if not found:
                raise FileNotFoundError(
                    f"Looked for a folder with a file MLmodel in {folder} and found none. "
                    "Check model.path in deployment.yml."
                )
            model = mlflow.pyfunc.load_model(os.path.dirname(found[0]))


        def run(mini_batch):
            import pandas

            tables = []
            for path in mini_batch:
                try:
                    tables.append(scored(path))
                except Exception as error:
                    print(
                        f"Error processing input file: '{path}'. Exception: {error}",
                        file=sys.stderr,
                    )
            text = pandas.concat(tables).to_csv(header=False, index=False)
            return text.split("\n")[:-1]


        def scored(path):
            import pandas

            result = model.predict(content(path))
            table = pandas.DataFrame(result).reset_index(drop=True)
            table.insert(0, "row", range(len(table)), allow_duplicates=True)
            table.insert(len(table.columns), "file", os.path.basename(path), allow_duplicates=True)
            return table


        def content(path):
            """A table, or a batch of one picture."""
            import pandas

            ending = os.path.splitext(path)[1].lower()
            if ending == ".csv":
                return pandas.read_csv(path)
            if ending in (".parquet", ".pqt"):
                return pandas.read_parquet(path)
            import numpy
            from PIL import Image

            with Image.open(path) as picture:
                return numpy.asarray(picture, dtype="uint8")[None, ...]

        """#
}
