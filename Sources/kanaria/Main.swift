import Commands

@main
enum Main {
    static func main() {
        KanariaCommand.run()
    }
}
