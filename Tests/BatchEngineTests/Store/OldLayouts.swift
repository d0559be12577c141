import Foundation
import GRDB

@testable import BatchEngine

/// State folders as older programs wrote them: their own SQL and their own rows, kept here as they were.
enum OldLayouts {
    /// Layout 1: jobs of models.
    static let first = """
        CREATE TABLE job (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, step TEXT NOT NULL UNIQUE,
            display TEXT NOT NULL, endpoint TEXT NOT NULL, deployment TEXT NOT NULL,
            experiment TEXT NOT NULL, in_endpoint INTEGER NOT NULL,
            in_deployment INTEGER NOT NULL, is_archived INTEGER NOT NULL DEFAULT 0,
            status TEXT NOT NULL, timeline TEXT NOT NULL, created INTEGER NOT NULL,
            started INTEGER, ended INTEGER, mini_batches INTEGER, items INTEGER,
            processed INTEGER NOT NULL DEFAULT 0, failed_items INTEGER NOT NULL DEFAULT 0,
            message TEXT, tags TEXT, properties TEXT, repeatability TEXT,
            plan INTEGER NOT NULL);
        CREATE INDEX job_of_endpoint ON job (endpoint, in_endpoint, is_archived);
        CREATE INDEX job_of_deployment
            ON job (endpoint, deployment, in_deployment, is_archived);
        CREATE INDEX job_archived ON job (seq) WHERE is_archived;
        CREATE INDEX job_active ON job (seq) WHERE ended IS NULL;
        CREATE UNIQUE INDEX job_repeated ON job (repeatability) WHERE repeatability IS NOT NULL;
        CREATE TABLE plan (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
        CREATE TABLE tally (
            endpoint TEXT NOT NULL, deployment TEXT NOT NULL, total INTEGER NOT NULL,
            archived INTEGER NOT NULL, PRIMARY KEY (endpoint, deployment)) WITHOUT ROWID;
        CREATE TABLE work (
            job INTEGER PRIMARY KEY, items INTEGER NOT NULL, spool_length INTEGER NOT NULL,
            processed INTEGER NOT NULL, succeeded_items INTEGER NOT NULL,
            failed_items INTEGER NOT NULL, processes INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE done (
            job INTEGER NOT NULL, piece INTEGER NOT NULL, bits BLOB NOT NULL,
            PRIMARY KEY (job, piece)) WITHOUT ROWID;
        CREATE TABLE worker (
            pid INTEGER PRIMARY KEY, start_ticks INTEGER NOT NULL, boot TEXT NOT NULL,
            job INTEGER NOT NULL);
        """

    /// What made layout 2 of it: jobs of pipelines.
    static let second = """
        ALTER TABLE job ADD COLUMN is_pipeline INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE step (
            job INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL, status TEXT NOT NULL, timeline TEXT NOT NULL, started INTEGER,
            ended INTEGER, message TEXT, outputs TEXT NOT NULL,
            PRIMARY KEY (job, place)) WITHOUT ROWID;
        """

    /// blobs.sqlite before its layouts were counted.
    static let blobs = """
        CREATE TABLE IF NOT EXISTS blob (
            container TEXT NOT NULL, name TEXT NOT NULL, inode INTEGER NOT NULL,
            size INTEGER NOT NULL, modified INTEGER NOT NULL, record TEXT NOT NULL,
            PRIMARY KEY (container, name, inode)) WITHOUT ROWID
        """

    /// A wine job that completed and was archived, and one that failed, as an engine of November 2026 stored them.
    static let modelRows = #"""
        INSERT INTO job (seq, id, step, display, endpoint, deployment, experiment, in_endpoint,
        in_deployment, is_archived, status, timeline, created, started, ended, mini_batches, items,
        processed, failed_items, message, tags, properties, repeatability, plan) VALUES
        (1, 'batchjob-145bc3d7', '05ea6e49', 'mango_feather_qfhvfn15', 'wine-classifier', 'gnb',
        'wine-classifier', 1, 1, 1, 'Completed',
        'Preparing 1795636397642342;Running 1795636397665686;Completed 1795636397844730',
        1795636397642342, 1795636397665686, 1795636397844730, 4, 4, 4, 0, NULL,
        '{"azureml.deploymentname":"gnb","batchdeck.submission":"e0fbd81b"}',
        '{"azureml.endpointname":"wine-classifier","runType":"HTTP"}', 'e0fbd81b', 1),
        (2, 'batchjob-9f0c', '7aa1', 'wine\u2019s second', 'wine-classifier', 'gnb', 'trial', 2, 2,
        0, 'Failed', 'Preparing 1795636400000000;Failed 1795636401000000', 1795636400000000, NULL,
        1795636401000000, 4, 4, 2, 2, 'Execution failed. Error: Exceeded error threshold.', NULL,
        NULL, NULL, 2);
        INSERT INTO plan VALUES (1, '{"id":"batchjob-145bc3d7","isInputFile":false,"inputPath":"\/home\/me\/ws\/data\/wine\/v2","experimentName":"wine-classifier","codeFolder":"\/home\/me\/ws\/code","inputs":{"UriFolder":"azureml:wine-data:2"},"properties":{"runType":"HTTP"},"repeatabilityID":"e0fbd81b","settings":{"timeout":[1,11553255926290448384],"outputAction":"append_row","instanceCount":1,"errorThreshold":-1,"outputFileName":"predictions.csv","miniBatchSize":1,"loggingLevel":"info","maxConcurrencyPerInstance":2,"maxRetries":3},"interpreter":"python3","scoreURI":"azureml:\/\/datastores\/workspaceblobstore\/paths\/azureml\/05ea6e49\/score\/","displayName":"mango_feather_qfhvfn15","step":"05ea6e49","deployment":"gnb","scoringScript":"score.py","endpoint":"wine-classifier","modelEntry":"model","tags":{},"environmentVariables":{},"outputs":{},"modelFolder":"\/home\/me\/ws\/gnb","outputFolder":"\/home\/me\/state\/blobs\/c\/azureml\/05ea6e49\/score"}'),
        (2, '{"id":"batchjob-9f0c","isInputFile":false,"inputPath":"\/home\/me\/ws\/data\/wine\/v1","experimentName":"trial","codeFolder":"\/home\/me\/ws\/code","inputs":{"UriFolder":"azureml:wine-data:1"},"properties":{},"settings":{"timeout":[1,11553255926290448384],"outputAction":"append_row","instanceCount":1,"errorThreshold":-1,"outputFileName":"predictions.csv","miniBatchSize":1,"loggingLevel":"info","maxConcurrencyPerInstance":2,"maxRetries":3},"interpreter":"python3","scoreURI":"there","displayName":"x","step":"7aa1","deployment":"gnb","scoringScript":"score.py","endpoint":"wine-classifier","tags":{"team":"cellar"},"environmentVariables":{},"outputs":{},"modelFolder":"\/home\/me\/ws\/gnb","outputFolder":"\/home\/me\/out"}');
        INSERT INTO tally VALUES ('', '', 2, 1), ('wine-classifier', '', 2, 1),
        ('wine-classifier', 'gnb', 2, 1);
        """#

    /// A pipeline job with its step.
    static let pipelineRows = #"""
        INSERT INTO job VALUES (3, 'pipelinejob-162e6d74', 'pipelinejob-162e6d74',
        'jolly_meadow_3b3qmmt8', 'hello-batch', 'hello', 'hello-batch', 1, 1, 0, 'Completed',
        'Preparing 1795636398001361;Running 1795636398005548;Completed 1795636398126214',
        1795636398001361, 1795636398005548, 1795636398126214, NULL, NULL, 0, 0, NULL,
        '{"azureml.deploymentname":"hello"}', '{"azureml.endpointname":"hello-batch"}',
        'b4461a85', 3, 1);
        INSERT INTO plan VALUES (3, '{"properties":{},"steps":[{"inputs":[],"id":"fce5d869","codeFolder":"\/home\/me\/ws\/hello\/code","dependencies":[],"environmentVariables":{},"name":"main_job","outputs":[],"command":"python hello.py"}],"tags":{},"inputs":{},"repeatabilityID":"b4461a85","deployment":"hello","interpreter":"python3","results":[],"id":"pipelinejob-162e6d74","experimentName":"hello-batch","endpoint":"hello-batch","outputs":{},"displayName":"jolly_meadow_3b3qmmt8","continuesOnStepFailure":false}');
        INSERT INTO step VALUES (3, 0, 'fce5d869', 'main_job', 'Completed',
        'NotStarted 1795636398001361;Running 1795636398011213;Completed 1795636398125338',
        1795636398011213, 1795636398125338, NULL, '');
        UPDATE tally SET total = 3 WHERE endpoint = '';
        INSERT INTO tally VALUES ('hello-batch', '', 1, 0), ('hello-batch', 'hello', 1, 0);
        """#

    /// Writes a state folder of a layout.
    static func write(layout: Int, to state: String) throws {
        try FileManager.default.createDirectory(
            atPath: state + "/data-assets", withIntermediateDirectories: true)
        var statements = [first, modelRows]
        if layout > 1 { statements += [second, pipelineRows] }
        try execute(statements + ["PRAGMA user_version = \(layout)"], in: state + "/engine.sqlite")
        try execute(
            [blobs, "INSERT INTO blob VALUES ('c', 'a/b.csv', 7, 3, 9, '{}')"],
            in: state + "/blobs.sqlite")
        let record =
            #"{"asset":"mine","version":"1","type":"uri_file","uri":"azureml:\/\/x\/y.csv","#
            + #""createdAt":{"microsecondsSinceEpoch":1795636398001361}}"#
        try Data(record.utf8).write(
            to: URL(fileURLWithPath: state + "/data-assets/mine:1.json"))
    }

    static func execute(_ statements: [String], in path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in for statement in statements { try db.execute(sql: statement) } }
        try queue.close()
    }
}
