//! Counts the words of stdin and of each file that is named, and keeps the sum in out/total.
use std::io::{self, Read};
use std::{env, fs};

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let mut total = text.split_whitespace().count();
    for path in env::args().skip(1) {
        total += fs::read_to_string(path)?.split_whitespace().count();
    }
    println!("{} words", total);
    fs::create_dir_all("out")?;
    fs::write("out/total", format!("{}\n", total))
}
