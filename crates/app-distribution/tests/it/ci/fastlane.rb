# What fastlane gives to a Fastfile, as far as ours needs it. Called with the Fastfile, the lane and
# what `gym` has built, beside which it puts the symbols; options of the lane are JSON on standard input. As in fastlane, lanes run in
# the folder of the Fastfile.
require "json"

module SharedValues
  IPA_OUTPUT_PATH = :IPA_OUTPUT_PATH
  DSYM_OUTPUT_PATH = :DSYM_OUTPUT_PATH
  GRADLE_APK_OUTPUT_PATH = :GRADLE_APK_OUTPUT_PATH
  GRADLE_MAPPING_TXT_OUTPUT_PATH = :GRADLE_MAPPING_TXT_OUTPUT_PATH
end

module UI
  def self.user_error!(words)
    puts(JSON.generate("user_error" => words))
    exit(1)
  end

  def self.success(words) = puts(words)
end

class FastFile
  attr_reader :lane_context

  def initialize(path, built)
    @lanes = {}
    dsym = built && File.join(File.dirname(built), "App.app.dSYM.zip")
    @lane_context = { SharedValues::IPA_OUTPUT_PATH => built, SharedValues::DSYM_OUTPUT_PATH => dsym }
    eval(File.read(path), binding, path)
  end

  def desc(_words) = nil

  def lane(name, &block)
    @lanes[name] = block
  end

  def run(name, options) = @lanes.fetch(name).call(options)
end

path, name, built = ARGV
options = JSON.parse($stdin.read, symbolize_names: true)
fastfile = FastFile.new(File.expand_path(path), built)
Dir.chdir(File.dirname(path))
puts(JSON.generate("outputs" => fastfile.run(name.to_sym, options)))
