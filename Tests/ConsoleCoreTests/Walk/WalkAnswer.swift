import BatchModel

@testable import ConsoleCore

/// What reaches the console from outside, by name: answers to its orders, and news.
///
/// The switches below name every action there is. A new one does not compile until somebody has said whether it comes from
/// outside, and what comes from outside is looked for among what the walk sends.
enum WalkAnswer: String, CaseIterable {
    case started, resized, ticked, connected, connectionLost, undecidedFound, trackingChanged
    case startAdvanced
    case signInAsked, signInEnded, recordingFailed, commandsRemembered, settingsRead
    case endpointsLoaded, endpointsRefused, endpointDeploymentsLoaded, endpointDeploymentsRefused
    case endpointJobsLoaded, endpointJobsRefused, defaultChanged, defaultRefused
    case jobsLoaded, jobsRefused, cancelAccepted, cancelRefused, archiveAccepted, archiveRefused
    case restoreAccepted, restoreRefused, searchFound, searchRefused
    case formDeploymentsLoaded, formDeploymentsRefused, looked, completionsFound, previewReady
    case previewRefused, submitPhaseChanged, jobAccepted, jobRefused, recentFound, jobRead
    case readRefused, pastFound, pastRefused, sweptAccepted, sweptRefused
    case pickerListed, pickerListRefused, pickerLooked, assetAdvanced, assetMade, assetRefused
    case presetsListed, presetsRefused, presetsChanged, presetsChangeRefused
    case snapshotArrived, followFailed, logFilesLoaded, logFilesRefused, logRead, logRefused
    case errorFound, errorRefused, detailCancelAccepted, detailCancelRefused
    case logSaved, logSaveRefused, folderRefused
    case outputsLoaded, outputsRefused, filesLoaded, filesRefused, resultRead, resultReadRefused
    case downloadAdvanced, downloadFinished, downloadRefused, lookCounted, lookCompared
    case lookRefused, exportAdvanced, exportFinished, exportRefused, exportBrokenOff
    case sideLoaded, sideRefused
    case submissionLooked, submissionLookRefused, forgotten, forgetRefused
    case contextsListed, contextsRefused, contextsWritten, contextsWriteRefused
    case transfersListed, transfersRefused, transfersAssetMade
    case doctorFound, doctorEnded
    case failedFilesCounted, failedFilesUnknown, retryAccepted, retryRefused

    /// The name of what comes from outside; nil for what keys, the palette and the console itself bring.
    init?(_ action: App.Action) {
        let found: WalkAnswer? =
            switch action {
            case .started: .started
            case .resized: .resized
            case .ticked: .ticked
            case .connected: .connected
            case .connectionLost: .connectionLost
            case .startAdvanced: .startAdvanced
            case .undecidedFound: .undecidedFound
            case .trackingChanged: .trackingChanged
            case .signInAsked: .signInAsked
            case .signInEnded: .signInEnded
            case .recordingFailed: .recordingFailed
            case .commandsRemembered: .commandsRemembered
            case .settingsRead: .settingsRead
            case .endpoints(let action): Self.of(action)
            case .jobs(let action): Self.of(action)
            case .form(let action): Self.of(action)
            case .detail(let action), .detailAnswered(_, let action): Self.of(action)
            case .results(let action), .resultsAnswered(_, let action): Self.of(action)
            case .compare(let action): Self.of(action)
            case .undecided(let action): Self.of(action)
            case .contexts(let action): Self.of(action)
            case .transfers(let action): Self.of(action)
            case .doctor(let action): Self.of(action)
            case .retry(let action): Self.of(action)
            case .keyPressed, .placePressed, .helpPressed, .leavePressed, .quitPressed,
                .redrawPressed, .mousePressed, .palettePressed, .tourPressed, .tourLeft, .palette,
                .help, .notices, .signIn:
                nil
            }
        guard let found else { return nil }
        self = found
    }

    private static func of(_ action: Endpoints.Action) -> WalkAnswer? {
        switch action {
        case .endpointsLoaded: .endpointsLoaded
        case .endpointsRefused: .endpointsRefused
        case .deploymentsLoaded: .endpointDeploymentsLoaded
        case .deploymentsRefused: .endpointDeploymentsRefused
        case .jobsLoaded: .endpointJobsLoaded
        case .jobsRefused: .endpointJobsRefused
        case .defaultChanged: .defaultChanged
        case .defaultRefused: .defaultRefused
        case .paneFocused, .rowMoved, .rowChosen, .paneScrolled, .endpointNamed, .openPressed,
            .backPressed, .newJobPressed, .copyPressed, .retryPressed, .cancelPressed,
            .refreshPressed, .defaultPressed, .defaultConfirmed, .defaultDeclined, .filterOpened,
            .filterEdited,
            .filterKept, .filterCleared, .ticked, .jobsChanged:
            nil
        }
    }

    private static func of(_ action: Jobs.Action) -> WalkAnswer? {
        switch action {
        case .jobsLoaded: .jobsLoaded
        case .jobsRefused: .jobsRefused
        case .cancelAccepted: .cancelAccepted
        case .cancelRefused: .cancelRefused
        case .archiveAccepted: .archiveAccepted
        case .archiveRefused: .archiveRefused
        case .restoreAccepted: .restoreAccepted
        case .restoreRefused: .restoreRefused
        case .searchFound: .searchFound
        case .searchRefused: .searchRefused
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed, .copyPressed, .refreshPressed, .orderChosen, .viewSwitched,
            .markPressed, .comparePressed, .retryPressed, .filterOpened, .filterEdited,
            .filterKept, .filterCleared, .actPressed, .actConfirmed, .actDismissed,
            .noticeDismissed, .jobsChanged, .retryAccepted, .ticked:
            nil
        }
    }

    private static func of(_ action: JobForm.Action) -> WalkAnswer? {
        switch action {
        case .deploymentsLoaded: .formDeploymentsLoaded
        case .deploymentsRefused: .formDeploymentsRefused
        case .looked: .looked
        case .completionsFound: .completionsFound
        case .previewReady: .previewReady
        case .previewRefused: .previewRefused
        case .submitPhaseChanged: .submitPhaseChanged
        case .jobAccepted: .jobAccepted
        case .jobRefused: .jobRefused
        case .recentFound: .recentFound
        case .jobRead: .jobRead
        case .readRefused: .readRefused
        case .pastFound: .pastFound
        case .pastRefused: .pastRefused
        case .sweptAccepted: .sweptAccepted
        case .sweptRefused: .sweptRefused
        case .picker(let action): of(action)
        case .presets(let action): of(action)
        case .rowMoved, .rowClicked, .optionClicked, .candidateClicked, .textEdited, .fieldCleared,
            .choiceMoved, .undoPressed, .redoPressed,
            .completionOpened, .completionMoved, .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .sweepToggled, .sweepConfirmed, .sweepDropped, .sweepStopped,
            .sweepRetried, .sweepMoved, .sweptClicked, .sweepOpened, .sweepClosed, .pickPressed,
            .presetsPressed, .recentPressed, .jobPasted:
            nil
        }
    }

    private static func of(_ action: DataPicker.Action) -> WalkAnswer? {
        switch action {
        case .listed: .pickerListed
        case .listRefused: .pickerListRefused
        case .looked: .pickerLooked
        case .assetAdvanced: .assetAdvanced
        case .assetMade: .assetMade
        case .assetRefused: .assetRefused
        case .sourceMoved, .sourceClicked, .rowMoved, .rowClicked, .textEdited, .openPressed,
            .takePressed,
            .upPressed, .filterCleared, .refreshPressed, .closePressed, .assetOpened, .assetClosed,
            .assetMoved, .assetClicked, .assetEdited, .assetTypeMoved, .assetSent:
            nil
        }
    }

    private static func of(_ action: Presets.Action) -> WalkAnswer? {
        switch action {
        case .listed: .presetsListed
        case .listRefused: .presetsRefused
        case .changed: .presetsChanged
        case .changeRefused: .presetsChangeRefused
        case .rowMoved, .rowClicked, .loadPressed, .savePressed, .nameEdited, .nameKept,
            .nameDropped,
            .deletePressed, .deleteConfirmed, .deleteDropped, .closePressed:
            nil
        }
    }

    private static func of(_ action: JobDetail.Action) -> WalkAnswer? {
        switch action {
        case .snapshotArrived: .snapshotArrived
        case .followFailed: .followFailed
        case .logFilesLoaded: .logFilesLoaded
        case .logFilesRefused: .logFilesRefused
        case .logRead: .logRead
        case .logRefused: .logRefused
        case .errorFound: .errorFound
        case .errorRefused: .errorRefused
        case .cancelAccepted: .detailCancelAccepted
        case .cancelRefused: .detailCancelRefused
        case .save(.finished): .logSaved
        case .save(.refused): .logSaveRefused
        case .save(.opened), .save(.edited), .save(.confirmed), .save(.closed): nil
        case .paneSwitched, .viewChosen, .stepMoved, .stepClicked, .stepOpened, .scrolled,
            .wheelTurned, .sidewaysScrolled, .wrapToggled, .fileListToggled, .fileListMoved,
            .fileClicked, .fileTaken, .fileStepped, .searchOpened, .searchEdited, .searchEntered,
            .searchClosed,
            .matchMoved, .cancelPressed, .cancelConfirmed, .cancelDeclined, .resultsPressed,
            .newJobPressed, .againPressed, .retryPressed, .idCopied, .textCopied, .refreshPressed,
            .ticked:
            nil
        }
    }

    private static func of(_ action: Results.Action) -> WalkAnswer? {
        switch action {
        case .outputsLoaded: .outputsLoaded
        case .outputsRefused: .outputsRefused
        case .filesLoaded: .filesLoaded
        case .filesRefused: .filesRefused
        case .read: .resultRead
        case .readRefused: .resultReadRefused
        case .downloadAdvanced: .downloadAdvanced
        case .downloadFinished: .downloadFinished
        case .downloadRefused: .downloadRefused
        case .folderRefused: .folderRefused
        case .look(.counted): .lookCounted
        case .look(.compared): .lookCompared
        case .look(.refused): .lookRefused
        case .look(.opened), .look(.stopped), .look(.closed), .look(.keyMoved): nil
        case .export(.advanced): .exportAdvanced
        case .export(.finished): .exportFinished
        case .export(.refused): .exportRefused
        case .export(.brokenOff): .exportBrokenOff
        case .export(.opened), .export(.confirmed), .export(.closed), .export(.separatorSwitched),
            .export(.headerSwitched), .export(.stopped):
            nil
        case .rowMoved, .wheelTurned, .rowClicked, .columnMoved, .paneSwitched, .rowOpened,
            .branchClosed, .previewLeft, .viewSwitched, .headerSwitched, .reloadPressed,
            .addressCopied, .rowCopied, .jobPressed, .searchOpened, .textEdited, .searchKept,
            .searchClosed, .matchMoved, .downloadOpened, .downloadConfirmed, .downloadClosed,
            .folderPressed, .statusChanged:
            nil
        }
    }

    private static func of(_ action: Compare.Action) -> WalkAnswer? {
        switch action {
        case .sideLoaded: .sideLoaded
        case .sideRefused: .sideRefused
        case .scrolled, .wheelTurned, .differencesToggled, .copyPressed, .refreshPressed,
            .jobOpened, .ticked:
            nil
        }
    }

    private static func of(_ action: Undecided.Action) -> WalkAnswer? {
        switch action {
        case .looked: .submissionLooked
        case .lookRefused: .submissionLookRefused
        case .forgotten: .forgotten
        case .forgetRefused: .forgetRefused
        case .rowMoved, .rowClicked, .lookPressed, .sendPressed, .forgetPressed, .forgetConfirmed,
            .forgetDropped:
            nil
        }
    }

    private static func of(_ action: Contexts.Action) -> WalkAnswer? {
        switch action {
        case .listed: .contextsListed
        case .listRefused: .contextsRefused
        case .written: .contextsWritten
        case .writeRefused: .contextsWriteRefused
        case .rowMoved, .rowClicked, .usePressed, .examinePressed, .defaultPressed, .keepPressed,
            .addPressed,
            .removePressed, .removeConfirmed, .removeDeclined, .copyPressed, .refreshPressed,
            .fieldEdited, .fieldMoved, .fieldClicked, .choiceMoved, .formSent, .formClosed:
            nil
        }
    }

    private static func of(_ action: Transfers.Action) -> WalkAnswer? {
        switch action {
        case .listed: .transfersListed
        case .refused: .transfersRefused
        case .assetMade: .transfersAssetMade
        case .rowMoved, .rowClicked, .detailToggled, .giveUpPressed, .resumePressed,
            .forgetPressed, .clearPressed, .questionConfirmed, .questionDropped, .pathCopied,
            .jobPressed:
            nil
        }
    }

    private static func of(_ action: Doctor.Action) -> WalkAnswer? {
        switch action {
        case .found: .doctorFound
        case .ended: .doctorEnded
        case .rowMoved, .lineClicked, .rowOpened, .againPressed, .adviceCopied, .reportCopied: nil
        }
    }

    private static func of(_ action: Retry.Action) -> WalkAnswer? {
        switch action {
        case .failedFilesCounted: .failedFilesCounted
        case .failedFilesUnknown: .failedFilesUnknown
        case .accepted: .retryAccepted
        case .refused: .retryRefused
        case .allPressed, .failedPressed, .dismissed: nil
        }
    }
}
