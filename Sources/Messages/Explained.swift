/// An error that can tell a person what is wrong and what to do.
public protocol Explained: Error {
    /// What is wrong, with the facts.
    var problem: Message { get }
    /// What to do about it; nil where there is nothing to say.
    var hint: Message? { get }
}
