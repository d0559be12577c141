import BatchModel
import Testing

@testable import Commands

/// `--query` in JMESPath. The answers are those of the reference implementation, `jmespath` 1.1.0 in Python, which `az` uses.
@Suite struct QueryTests {
    private static let data = """
        {
          "flags": [
            true,
            false
          ],
          "jobs": [
            {
              "n": 3,
              "name": "a",
              "status": "Failed",
              "steps": [
                {
                  "id": 1
                },
                {
                  "id": 2
                }
              ],
              "t": "2026-01-02",
              "tags": {
                "team": "x"
              }
            },
            {
              "n": 10,
              "name": "b",
              "status": "Completed",
              "steps": [
                {
                  "id": 3
                }
              ],
              "t": "2026-02-02",
              "tags": {}
            },
            {
              "n": null,
              "name": "c",
              "status": "Running",
              "steps": [],
              "t": "2025-12-31",
              "tags": {
                "team": "y"
              }
            }
          ],
          "nested": [
            [
              1,
              [
                2
              ]
            ],
            [
              3
            ]
          ],
          "numbers": [
            3,
            -1,
            2.5
          ],
          "page": {
            "count": 3,
            "next": null,
            "odd name": 1.5
          },
          "words": [
            "b",
            "a",
            "é"
          ]
        }
        """

    private static func value(_ text: String) throws -> JSONValue {
        try WireJSON.decode(JSONValue.self, from: Array(text.utf8))
    }

    static let answers: [(query: String, answer: String)] = [
        (#"jobs[0].name"#, #""a""#),
        (#"jobs[-1].name"#, #""c""#),
        (#"jobs[*].name"#, #"["a","b","c"]"#),
        (#"jobs[].steps[].id"#, #"[1,2,3]"#),
        (#"jobs[].steps[].id | [0]"#, #"1"#),
        (#"jobs[*].steps[*].id"#, #"[[1,2],[3],[]]"#),
        (#"jobs[?status=='Failed'].name"#, #"["a"]"#),
        (#"jobs[?status!='Failed' && n].name"#, #"["b"]"#),
        (#"jobs[?n > `5`].name"#, #"["b"]"#),
        (
            #"jobs[?n > `5` || status=='Running'].{id: name, s: status}"#,
            #"[{"id":"b","s":"Completed"},{"id":"c","s":"Running"}]"#
        ),
        (#"jobs[?!tags].name"#, #"["b"]"#),
        (#"jobs[?tags.team].tags.team"#, #"["x","y"]"#),
        (#"jobs[?contains(status, 'e')].name"#, #"["a","b"]"#),
        (#"jobs[?starts_with(status, 'F') || ends_with(status, 'd')].name"#, #"["a","b"]"#),
        (#"jobs[?t >= '2026-01-01'].name"#, #"["a","b"]"#),
        (#"jobs[0:2].name"#, #"["a","b"]"#),
        (#"jobs[::-1].name"#, #"["c","b","a"]"#),
        (#"jobs[5:].name"#, #"[]"#),
        (#"jobs[-2:][].name"#, #"["b","c"]"#),
        (#"sort_by(jobs, &t)[].name"#, #"["c","a","b"]"#),
        (#"sort_by(jobs, &t)[-1].name"#, #""b""#),
        (#"max_by(jobs[?n], &n).name"#, #""b""#),
        (#"min_by(jobs[?n], &n).name"#, #""a""#),
        (#"length(jobs)"#, #"3"#),
        (#"length(jobs[?status=='None'])"#, #"0"#),
        (#"length('é🍷')"#, #"2"#),
        (#"page."odd name""#, #"1.5"#),
        (#"page.*"#, #"[3,1.5]"#),
        (#"page.keys(@)"#, #"["count","next","odd name"]"#),
        (#"keys(page)"#, #"["count","next","odd name"]"#),
        (#"values(page)"#, #"[3,null,1.5]"#),
        (#"page.next || page.count"#, #"3"#),
        (#"not_null(page.next, page.count)"#, #"3"#),
        (#"page.[count, next]"#, #"[3,null]"#),
        (#"page.{c: count, n: next}"#, #"{"c":3,"n":null}"#),
        (#"nothing.{c: count}"#, #"null"#),
        (#"nothing[*].a"#, #"null"#),
        (#"nested[]"#, #"[1,[2],3]"#),
        (#"nested[][]"#, #"[1,2,3]"#),
        (#"nested[*][0]"#, #"[1,3]"#),
        (#"sum(numbers)"#, #"4.5"#),
        (#"avg(numbers)"#, #"1.5"#),
        (#"max(numbers)"#, #"3"#),
        (#"min(numbers)"#, #"-1"#),
        (#"ceil(`1.2`)"#, #"2"#),
        (#"floor(`-1.2`)"#, #"-2"#),
        (#"abs(`-3`)"#, #"3"#),
        (#"sort(words)"#, #"["a","b","é"]"#),
        (#"reverse(words)"#, #"["é","a","b"]"#),
        (#"reverse('abc')"#, #""cba""#),
        (#"join(', ', words)"#, #""b, a, é""#),
        (#"to_string(page)"#, #""{\"count\":3,\"next\":null,\"odd name\":1.5}""#),
        (#"to_string('x')"#, #""x""#),
        (#"to_number('12')"#, #"12"#),
        (#"to_number('1.5')"#, #"1.5"#),
        (#"to_number('x')"#, #"null"#),
        (#"to_array(page)"#, #"[{"count":3,"next":null,"odd name":1.5}]"#),
        (#"to_array(words)"#, #"["b","a","é"]"#),
        (#"type(page)"#, #""object""#),
        (#"type(numbers)"#, #""array""#),
        (#"type(`1`)"#, #""number""#),
        (#"type(page.next)"#, #""null""#),
        (#"merge(page, {count: `9`})"#, #"{"count":9,"next":null,"odd name":1.5}"#),
        (#"map(&name, jobs)"#, #"["a","b","c"]"#),
        (#"map(&n, jobs)"#, #"[3,10,null]"#),
        (#"jobs[].n"#, #"[3,10]"#),
        (#"`{"a": [1, 2]}`.a"#, #"[1,2]"#),
        (#"`"x"`"#, #""x""#),
        (#"'a\'b'"#, #""a'b""#),
        (#"@.page.count"#, #"3"#),
        (#"(page.next || page).count"#, #"3"#),
        (#"!page.next"#, #"null"#),
        (#"!page.count"#, #"null"#),
        (#"page.count == `3`"#, #"true"#),
        (#"page.count == `3.0`"#, #"true"#),
        (#"page.count != `4`"#, #"true"#),
        (#"page.count < `4`"#, #"true"#),
        (#"page < `4`"#, #"null"#),
        (#"'a' < 'b'"#, #"true"#),
        (#"flags[?@]"#, #"[true]"#),
        (#"flags[?!@]"#, #"[false]"#),
        (#"jobs[?n==`null`].name"#, #"["c"]"#),
        (#"jobs[*].tags.team | [1]"#, #""y""#),
        (#"jobs[*].[name, n]"#, #"[["a",3],["b",10],["c",null]]"#),
        (
            #"jobs[].{name: name, first: steps[0].id}"#,
            #"[{"first":1,"name":"a"},{"first":3,"name":"b"},{"first":null,"name":"c"}]"#
        ),
        (#"words[1:]"#, #"["a","é"]"#),
        (#"words[:-1]"#, #"["b","a"]"#),
        (#"words[:2:-1]"#, #"[]"#),
        (#"words[10:-10:-1]"#, #"["é","a","b"]"#),
        (#"avg(`[]`)"#, #"null"#),
        (#"max(`[]`)"#, #"null"#),
        (#"sort(`[]`)"#, #"[]"#),
        (#"*.count"#, #"[3]"#),
        (
            #"*[0]"#,
            #"[true,{"n":3,"name":"a","status":"Failed","steps":[{"id":1},{"id":2}],"t":"2026-01-02","tags":{"team":"x"}},[1,[2]],3,"b"]"#
        ),
        (#"[*]"#, #"null"#),
        (#"[0]"#, #"null"#),
        (#"jobs[*].steps[0]"#, #"[{"id":1},{"id":3}]"#),
        (#"jobs[*].steps | [0]"#, #"[{"id":1},{"id":2}]"#),
        (#"jobs[?steps[?id==`3`]].name"#, #"["b"]"#),
        (#"jobs[?length(steps) > `0`].name"#, #"["a","b"]"#),
        (#"jobs.name"#, #"null"#),
        (#"contains(words, 'a')"#, #"true"#),
        (#"contains('abc', 'b')"#, #"true"#),
        (#""page".count"#, #"3"#),
        (#"page.count.x"#, #"null"#),
        (#"jobs[].steps | length(@)"#, #"3"#),
        (#"[page.count, flags]"#, #"[3,[true,false]]"#),
        (#"{a: page.count, b: `[1]`}"#, #"{"a":3,"b":[1]}"#),
        (#"jobs[?status == 'Failed' || status == 'Running'] | [?n].name"#, #"["a"]"#),
        (#"!page.count == `3`"#, #"false"#),
        (#"page.count == `3` && !page.next"#, #"null"#),
        (#"jobs[?!(n > `5`)].name"#, #"["a","c"]"#),
        (#"jobs[0].tags.*"#, #"["x"]"#),
        (#"jobs[*].tags.*"#, #"[["x"],[],["y"]]"#),
        (#"jobs[*].tags.*[]"#, #"["x","y"]"#),
        (#"'it\'s'"#, #""it's""#),
    ]

    @Test(arguments: answers)
    func aQueryIsAnsweredAsAzAnswersIt(query: String, answer: String) throws {
        let found = try Query(query).answer(from: try Self.value(Self.data))
        let wanted = try Self.value(answer)
        #expect(found.isEqual(to: wanted), "\(query): \(found.text), not \(answer)")
    }

    static let mistakes: [String] = [
        #"jobs["#,
        #"jobs[?"#,
        #"jobs..name"#,
        #"jobs."#,
        #"foo("#,
        #"nothere(@)"#,
        #"length()"#,
        #"length(@, @)"#,
        #""x"(@)"#,
        #"'open"#,
        #"`open"#,
        #"{a}"#,
        #"{a: b"#,
        #"jobs[1:2:0]"#,
        #"jobs[x]"#,
        #"a b"#,
        #"= 1"#,
        #"jobs[1"#,
        #"*a"#,
        #"sort(page)"#,
        #"length(`1`)"#,
        #"abs(words)"#,
        #"sum(words)"#,
        #"sort_by(jobs, &n)"#,
        #"map(name, jobs)"#,
        #"sort_by(jobs, name)"#,
        #"join(`1`, words)"#,
        #"keys(words)"#,
        #"jobs[?a==]"#,
        #"&&"#,
        #"a ||"#,
        #"["#,
        #"]"#,
        #"@@"#,
        #"jobs[0]name"#,
        #"max_by(jobs, &tags)"#,
        #"jobs[1,2]"#,
        #"-"#,
        #"a.`1`"#,
        #"a.'b'"#,
        #"to_number(&a)"#,
    ]

    @Test(arguments: mistakes)
    func aQueryThatMakesNoSenseIsRefused(query: String) throws {
        let data = try Self.value(Self.data)
        #expect(throws: QueryError.self) { try Query(query).answer(from: data) }
    }

    @Test func aMistakeIsShownWhereItIs() {
        #expect(throws: QueryError("unexpected ], where a name should be", at: 5)) {
            try Query("jobs.]")
        }
        #expect(throws: QueryError("the query ends too early, where ] should be", at: 11)) {
            try Query("jobs[?name ")
        }
        #expect(throws: QueryError("length takes one argument, not 2", at: 2)) {
            try Query("a.length(b, c)")
        }
    }

    @Test func aQueryOfAnyDepthEndsInWords() {
        let deep = String(repeating: "(", count: 100_000)
        #expect(throws: QueryError.self) { try Query(deep) }
        #expect(throws: QueryError.self) { try Query(String(repeating: "!", count: 100_000)) }
    }

    @Test(arguments: [
        ("[].{name: name, id: id}", ["name", "id"]), ("[?a].{b: c, a: d} | [0]", ["b", "a"]),
        ("sort_by([].{z: z, a: a}, &z)", ["z", "a"]), ("[].{z: z} | [1:]", ["z"]),
    ])
    func aTablesColumnsStandAsTheQueryNamesThem(query: String, names: [String]) throws {
        #expect(try Query(query).columns == names)
    }

    @Test func withoutNamesInTheQueryThereIsNoOrder() throws {
        #expect(try Query("[].name").columns == nil)
        #expect(try Query("[].{a: a}.a").columns == nil)
    }
}
