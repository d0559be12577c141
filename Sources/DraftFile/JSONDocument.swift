public import BatchModel
import Yams

/// Any JSON as a YAML document.
public enum JSONDocument {
    /// The text; members in alphabetical order, texts quoted where YAML would take them for something else.
    public static func yaml(_ value: JSONValue) -> String {
        let node = YAMLValue(value).node
        return (try? Yams.serialize(node: node, indent: 2, width: -1, allowUnicode: true)) ?? ""
    }
}
